#include "cli/token/token_list_command.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "cli/token/document_shapes.hpp"
#include "cli/token/interruptible_wait.hpp"
#include "cli/token/progress_line.hpp"
#include "cli/token/session_text.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/stored_logins.hpp"
#include "cli/token/token_options.hpp"
#include "core/base/duration.hpp"
#include "core/inspect/session_json.hpp"
#include "core/inspect/session_query.hpp"
#include "core/inspect/streamed_document.hpp"

namespace vmcpauth::cli {
namespace {

constexpr std::chrono::milliseconds kPause{2000};

// One printing of the list: as text, or as one JSON object whose sessions are written as they are read.
class Listing {
 public:
  Listing(const World& world, const Invocation& invocation)
      : world_(world),
        json_(invocation.has("json")),
        document_([&world](std::string_view text) { world.output << text; }),
        paint_(output_paint(world, invocation)),
        now_(world.clock.now()) {}

  void begin(const std::string& store) {
    if (!json_) return;
    JsonObject<kListShape> head;
    document_.begin(std::move(head.set("store", store)), "sessions");
  }
  void add(const store::SessionView& session) {
    if (json_) {
      document_.add(inspect::to_json(session, now_));
    } else {
      world_.output << session_text(session, now_, paint_);
    }
    ++count_;
  }
  void end(const std::string& store, const std::vector<StoredLogin>& logins) {
    if (json_) {
      auto list = OrderedJson::array();
      for (const auto& login : logins) list.push_back(to_json(login, now_));
      JsonObject<kListShape> rest;
      return document_.end(std::move(rest.set("logins", std::move(list))));
    }
    if (count_ == 0) world_.output << "no sessions in " << store << "\n";
    if (!logins.empty()) world_.output << paint_.bold("signed in from here") << " (by vmcpauth login)\n";
    for (const auto& login : logins) world_.output << login_text(login, now_, paint_);
  }
  [[nodiscard]] TimePoint now() const noexcept { return now_; }

 private:
  const World& world_;
  bool json_;
  inspect::StreamedDocument<kListShape> document_;
  Paint paint_;
  TimePoint now_;
  std::uint64_t count_ = 0;
};

Result<void> list_once(const World& world, const Invocation& invocation, const inspect::SessionQuery& query, proxy::Network& network, OpenedStore& opened) {
  std::uint64_t total = 0;
  if (world.terminal.error_is_terminal) total = network.run(opened.store->count_sessions()).value_or(0);
  ProgressLine progress(world, total);
  Listing listing(world, invocation);
  listing.begin(opened.shown);
  inspect::Visit visit = [&](const store::SessionView& session) {
    if (world.terminal.output_is_terminal) progress.clear();
    listing.add(session);
    return static_cast<bool>(world.output);
  };
  auto walk = inspect::visit_sessions(*opened.store, query, listing.now(), std::move(visit), [&](std::uint64_t seen) { progress.report(seen); });
  TRY_VOID(network.run(std::move(walk)));
  progress.clear();
  TRY(const auto logins, stored_logins(world, query, listing.now()));
  listing.end(opened.shown, logins);
  world.output.flush();
  return {};
}

Result<void> list(const World& world, const Invocation& invocation, const inspect::SessionQuery& query) {
  std::optional<InterruptibleWait> waiting;
  const bool watch = invocation.has("watch");
  if (watch) waiting.emplace();
  const auto network = world.network();
  TRY(auto opened, open_store(world, *network, invocation, Access::Read));
  do {
    // The terminal is wiped as a whole, so that a shorter list leaves nothing of a longer one.
    if (watch && world.terminal.output_is_terminal) world.output << "\x1b[H\x1b[2J";
    TRY_VOID(list_once(world, invocation, query, *network, opened));
  } while (watch && world.output && waiting->wait(kPause));
  return {};
}

}  // namespace

Command token_list_command() {
  return {
      .name = "token list",
      .summary = "list the stored sessions and their upstream tokens",
      .description =
          {"Shows each session of a store: its token session id (tsid, in short), the user, the client, when it was made and used, and for each provider "
           "the scopes, when the access token expires, whether there is a refresh token and how the last refresh went. What vmcpauth login stored "
           "on this machine follows, told apart. No token is printed.",
           "Sessions are printed as they are read, in the store's own order, so that any number of them needs little memory."},
      .arguments = {{.name = "TSID", .help = "only this session; the beginning of its id is enough"}},
      .options =
          joined({store_options(),
                  {provider_option(),
                   user_option(),
                   {.name = "expired", .excludes = {"expiring"}, .help = "only tokens that have expired"},
                   {.name = "expiring", .value = "DURATION", .excludes = {"expired"}, .help = "only tokens that expire within this time, such as 1h or 30m"},
                   {.name = "watch", .help = "print the list every two seconds until Ctrl-C"},
                   json_option("token-json.md"),
                   color_option()}}),
      .examples = {{"vmcpauth token list", "what the local serve has stored"},
                   {"vmcpauth token list --store redis://redis.example:6379 --server team/gateway --expiring 1h",
                    "what a live ToolHive server is about to lose"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_list(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  inspect::SessionQuery query{
      .user = invocation.value("user").value_or(""), .provider = invocation.value("provider").value_or(""), .expired = invocation.has("expired")};
  if (!invocation.arguments().empty()) query.session = invocation.arguments().front();
  if (const auto text = invocation.value("expiring")) {
    const auto time = parse_go_duration(*text);
    if (!time || *time <= Nanoseconds(0)) {
      return std::unexpected(UsageError{"--expiring " + *text + " is not a duration", "write it like 1h, 30m or 1h30m", &invocation.command()});
    }
    query.expiring = std::chrono::ceil<Seconds>(*time);
  }
  const auto done = list(world, invocation, query);
  return done ? ExitStatus::Fine : report_failure(world, done.error());
}

}  // namespace vmcpauth::cli
