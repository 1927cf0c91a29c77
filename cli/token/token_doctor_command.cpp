#include "cli/token/token_doctor_command.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "cli/token/document_shapes.hpp"
#include "cli/token/progress_line.hpp"
#include "cli/token/session_text.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_config.hpp"
#include "cli/token/token_options.hpp"
#include "core/inspect/session_health.hpp"
#include "core/inspect/session_json.hpp"
#include "core/inspect/session_query.hpp"
#include "core/inspect/streamed_document.hpp"

namespace vmcpauth::cli {
namespace {

struct Tally {
  std::uint64_t sessions = 0, with_problems = 0, with_warnings = 0;

  void count(inspect::Severity worst) {
    ++sessions;
    if (worst == inspect::Severity::Problem) ++with_problems;
    if (worst == inspect::Severity::Warning) ++with_warnings;
  }
  [[nodiscard]] std::string text() const {
    if (sessions == 0) return "no sessions";
    return fmt::format("{} session{}: {} with problems, {} with warnings, {} fine", sessions, sessions == 1 ? "" : "s", with_problems, with_warnings,
                       sessions - with_problems - with_warnings);
  }
};

// Sessions without anything to say are left out, unless one was asked for.
class Ward {
 public:
  Ward(const World& world, const Invocation& invocation)
      : world_(world),
        json_(invocation.has("json")),
        document_([&world](std::string_view text) { world.output << text; }),
        all_(!invocation.arguments().empty() || invocation.has("all")),
        paint_(output_paint(world, invocation)) {}

  void begin(const std::string& store) {
    if (!json_) return;
    JsonObject<kDoctorShape> head;
    document_.begin(std::move(head.set("store", store)), "sessions");
  }
  void add(const store::SessionView& session, const inspect::SessionHealth& health, TimePoint now) {
    const auto worst = health.worst();
    tally_.count(worst);
    if (!all_ && worst == inspect::Severity::Note) return;
    if (json_) {
      document_.add(inspect::to_json(session, health, now));
    } else {
      world_.output << health_text(session, health, now, paint_);
    }
  }
  void end() {
    if (json_) {
      JsonObject<kDoctorShape> rest;
      rest.set("checked", tally_.sessions).set("with_problems", tally_.with_problems).set("with_warnings", tally_.with_warnings);
      document_.end(std::move(rest));
    } else {
      world_.output << tally_.text() << "\n";
    }
  }
  [[nodiscard]] const Tally& tally() const noexcept { return tally_; }

 private:
  const World& world_;
  bool json_;
  inspect::StreamedDocument<kDoctorShape> document_;
  bool all_;
  Paint paint_;
  Tally tally_;
};

Result<ExitStatus> examine(const World& world, const Invocation& invocation) {
  TRY(const auto runtime, load_config(world, invocation));
  const auto network = world.network();
  TRY(auto opened, open_store(world, *network, invocation, Access::Read));
  const auto now = world.clock.now();
  ProgressLine progress(world, 0);
  Ward ward(world, invocation);
  ward.begin(opened.shown);
  inspect::SessionQuery query{.session = invocation.arguments().empty() ? std::string() : invocation.arguments().front(),
                              .user = invocation.value("user").value_or("")};
  const auto provider = invocation.value("provider").value_or("");
  inspect::Visit visit = [&](const store::SessionView& session) {
    progress.clear();
    auto health = inspect::judge_session(session, runtime ? &*runtime : nullptr, now);
    if (!provider.empty()) std::erase_if(health.rows, [&](const auto& row) { return row.provider != provider; });
    ward.add(session, health, now);
    return static_cast<bool>(world.output);
  };
  auto walk = inspect::visit_sessions(*opened.store, query, now, std::move(visit), [&](std::uint64_t seen) { progress.report(seen); });
  TRY_VOID(network->run(std::move(walk)));
  progress.clear();
  ward.end();
  if (!query.session.empty() && ward.tally().sessions == 0) return fail(ErrorCode::NotFound, "the store has no such session: " + opened.shown);
  const bool bad = ward.tally().with_problems > 0 || (invocation.has("strict") && ward.tally().with_warnings > 0);
  return bad ? ExitStatus::Findings : ExitStatus::Fine;
}

}  // namespace

Command token_doctor_command() {
  return {
      .name = "token doctor",
      .summary = "say what will break in the stored sessions, and when",
      .description =
          {"For each session and provider: tokens that have expired or will without anything to refresh them, refreshes that failed, rows of different "
           "users in one session. With --config also scopes that were not granted, tokens that a backend needs and the session lacks, and providers "
           "that are not configured any more.",
           "The exit status is 1 when there is a problem, with --strict also when there is a warning: made for a script that watches."},
      .arguments = {{.name = "TSID", .help = "only this session; the beginning of its id is enough"}},
      .options = joined({config_options(),
                         store_options(),
                         {provider_option(),
                          user_option(),
                          {.name = "all", .help = "show sessions that are fine too"},
                          {.name = "strict", .help = "exit with 1 for warnings too"},
                          json_option("token-json.md"),
                          color_option()}}),
      .examples = {{"vmcpauth token doctor --config deploy/", "what the local sessions lack for these manifests"},
                   {"vmcpauth token doctor --store redis://redis.example:6379 --strict --json", "a live server watched by a script"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_doctor(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  const auto status = examine(world, invocation);
  if (!status) return report_failure(world, status.error());
  return *status;
}

}  // namespace vmcpauth::cli
