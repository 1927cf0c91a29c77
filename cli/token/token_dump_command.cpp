#include "cli/token/token_dump_command.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/token/passphrase.hpp"
#include "cli/token/progress_line.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_options.hpp"
#include "core/inspect/dump_file.hpp"
#include "core/inspect/sealed_dump.hpp"
#include "core/inspect/session_query.hpp"

namespace vmcpauth::cli {
namespace {

constexpr std::size_t kPage = 200;

// Whether a record belongs to one session.
struct OfSession {
  const std::string& session;

  bool operator()(const store::PendingRecord& record) const { return record.pending.session_id == session; }
  bool operator()(const store::CodeRecord& record) const { return record.code.grant.session_id == session; }
  bool operator()(const store::RefreshRecord& record) const { return record.token.grant.session_id == session; }
  bool operator()(const store::UpstreamRecord& record) const { return record.session_id == session; }
  template <class Other>
  bool operator()(const Other& /*record*/) const {
    return false;
  }
};

// Where the dump goes: standard output as it comes, or a file that appears when it is whole.
class Destination {
 public:
  Destination(const World& world, std::optional<std::string> path) : world_(world), path_(std::move(path)) {}

  [[nodiscard]] Result<void> check() const {
    if (path_ && world_.files.exists(*path_)) return fail(ErrorCode::InvalidInput, *path_ + " exists already; name another file");
    return {};
  }
  void write(std::string_view text) {
    if (path_) {
      content_ += text;
    } else {
      world_.output << text;
    }
  }
  [[nodiscard]] Result<void> close() {
    if (!path_) return {};
    const Secret content(std::move(content_));
    return world_.files.write_private(*path_, content.reveal());
  }

 private:
  const World& world_;
  std::optional<std::string> path_;
  std::string content_;
};

Task<Result<void>> copy_records(store::StoreBrowser& browser, std::string session, inspect::DumpWriter& writer, const Result<void>& sealing,
                                ProgressLine& progress, std::uint64_t& damaged) {
  std::string cursor;
  while (true) {
    auto page = co_await browser.scan_records(cursor, kPage, store::RecordChoice::Everything);
    if (!page) co_return std::unexpected(std::move(page).error());
    for (const auto& record : page->records) {
      if (session.empty() || std::visit(OfSession{session}, record)) writer.add(record);
    }
    damaged += page->damaged;
    if (!sealing) co_return std::unexpected(sealing.error());
    progress.report(writer.count());
    if (!page->next) co_return Result<void>{};
    cursor = *std::move(page->next);
  }
}

Result<std::uint64_t> dump(const World& world, const Invocation& invocation) {
  Destination destination(world, invocation.value("output"));
  TRY_VOID(destination.check());
  const bool encrypt = invocation.has("encrypt");
  std::optional<inspect::DumpSealer> sealer;
  const auto network = world.network();
  TRY(auto opened, open_store(world, *network, invocation, Access::Read));
  std::string session;
  if (!invocation.arguments().empty()) {
    inspect::SessionQuery query{.session = invocation.arguments().front(), .user = {}, .provider = {}};
    TRY(const auto chosen, network->run(inspect::choose_session(*opened.store, std::move(query), world.clock.now())));
    session = chosen.session_id;
  }
  if (encrypt) {
    TRY(const auto passphrase, read_passphrase(world, invocation, Typing::Twice));
    TRY(sealer, inspect::DumpSealer::make(passphrase, {}, world.random, [&](std::string_view text) { destination.write(text); }));
  }
  Result<void> sealing;
  const auto sink = [&](std::string_view text) {
    if (!sealer) return destination.write(text);
    if (sealing) sealing = sealer->add(text);
  };
  const bool reveal = encrypt || invocation.has("reveal");
  inspect::DumpWriter writer({world.clock.now(), opened.shown, reveal ? store::Secrets::Reveal : store::Secrets::Redact}, sink);
  std::uint64_t damaged = 0;
  {
    ProgressLine progress(world, 0, "records");
    TRY_VOID(network->run(copy_records(*opened.store, session, writer, sealing, progress, damaged)));
  }
  if (damaged > 0)
    world.error << fmt::format("{} row{} of the store cannot be read and {} left out\n", damaged, damaged == 1 ? "" : "s", damaged == 1 ? "was" : "were");
  writer.finish();
  TRY_VOID(sealing);
  if (sealer) TRY_VOID(sealer->finish());
  TRY_VOID(destination.close());
  return writer.count();
}

}  // namespace

Command token_dump_command() {
  return {
      .name = "token dump",
      .summary = "write everything in a store to one JSON file",
      .description =
          {"Writes every record of a store: clients, sessions with their tokens, refresh tokens, users, registrations. Secrets read [redacted], which is the "
           "form for a bug report; with --reveal they are in it as they are, and with --encrypt the whole file is encrypted under a passphrase "
           "(scrypt and AES-256-GCM). Revealed and encrypted dumps can be loaded into any store by token import."},
      .arguments = {{.name = "TSID", .help = "only what belongs to this session; the beginning of its id is enough"}},
      .options = joined({store_options(),
                         {{.name = "output",
                           .letter = 'o',
                           .value = "FILE",
                           .completes = Completes::Files,
                           .help = "write to a new file that only you can read, instead of standard output"},
                          {.name = "reveal", .excludes = {"encrypt"}, .help = "write tokens and secrets as they are"},
                          {.name = "encrypt", .excludes = {"reveal"}, .help = "write tokens and secrets, all of it encrypted under a passphrase"},
                          passphrase_option()}}),
      .examples = {{"vmcpauth token dump > report.json", "what is stored, for a bug report: no secret is in it"},
                   {"vmcpauth token dump --encrypt -o sessions.dump", "everything, to be moved to another store"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_dump(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  if (invocation.has("passphrase-file") && !invocation.has("encrypt")) {
    return std::unexpected(UsageError{"--passphrase-file is for --encrypt only", "add --encrypt", &invocation.command()});
  }
  const auto count = dump(world, invocation);
  if (!count) return report_failure(world, count.error());
  if (const auto path = invocation.value("output")) world.error << fmt::format("{} records written to {}\n", *count, *path);
  return ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
