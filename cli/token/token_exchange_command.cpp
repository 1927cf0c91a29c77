#include "cli/token/token_exchange_command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "cli/token/backend_request.hpp"
#include "cli/token/document_shapes.hpp"
#include "cli/token/exchange_subject.hpp"
#include "cli/token/report_text.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_config.hpp"
#include "cli/token/token_options.hpp"
#include "cli/token/upstream_access.hpp"
#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/exchange_run.hpp"
#include "core/inspect/value_json.hpp"

namespace vmcpauth::cli {
namespace {

std::string location(const Url& url) { return url.origin() + url.path(); }

std::string request_text(const outgoing::ExchangeTarget& target, const Paint& paint) {
  std::string out = paint.bold("request") + " POST " + location(target.token_url) + "\n";
  for (const auto& field : inspect::show_request(target)) out += fmt::format("  {:<20}  {}\n", field.name, field.value);
  return out;
}

OrderedJson fields_json(const outgoing::ExchangeTarget& target) {
  auto fields = OrderedJson::object();
  for (const auto& field : inspect::show_request(target)) fields[field.name] = field.value;
  return fields;
}

OrderedJson request_json(const outgoing::ExchangeTarget& target) {
  JsonObject<kExchangeRequestShape> out;
  return out.set("url", location(target.token_url)).set("fields", fields_json(target)).take();
}

std::string refusal_text(const inspect::RefusalShown& refusal, const Paint& paint) {
  std::string out = paint.bold("answer") + " " + paint.bad("refused") + ": " + refusal.message + "\n";
  if (!refusal.means.empty()) out += "  " + refusal.means + "\n";
  return out;
}

std::string answer_text(const inspect::ExchangeOutcome& outcome, bool reveal, TimePoint now, const Paint& paint) {
  if (outcome.refusal) return refusal_text(*outcome.refusal, paint);
  std::string out = paint.bold("answer") + " " + paint.good("accepted") + "\n";
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += fmt::format("  {:<20}  {}\n", name, value);
  };
  line("issued_token_type", outcome.issued_token_type);
  line("token_type", outcome.token_type);
  if (outcome.lifetime) line("expires_in", human_duration(*outcome.lifetime));
  if (outcome.scopes) line("scope", printable(fmt::format("{}", fmt::join(*outcome.scopes, " ")), 400));
  line("access_token", reveal ? outcome.token->reveal() : "[redacted]");
  if (!outcome.warning.empty()) out += "  " + paint.warning("a strategy would not use it: " + outcome.warning) + "\n";
  if (outcome.report) out += report_text(*outcome.report, now, paint);
  if (!outcome.diff.empty()) out += paint.bold("from subject to result") + "\n" + diff_text(outcome.diff, paint);
  return out;
}

OrderedJson diff_json(const std::vector<inspect::ClaimChange>& diff) {
  auto out = OrderedJson::array();
  for (const auto& change : diff) {
    JsonObject<kClaimChangeShape> one;
    one.set("claim", change.name).set("change", to_string(change.change));
    if (change.change != inspect::Change::Added) one.set("before", change.before);
    if (change.change != inspect::Change::Removed) one.set("after", change.after);
    out.push_back(one.take());
  }
  return out;
}

OrderedJson answer_json(const inspect::ExchangeOutcome& outcome, bool reveal, TimePoint now) {
  JsonObject<kExchangeAnswerShape> out;
  out.set("accepted", !outcome.refusal.has_value());
  if (outcome.refusal) return out.set("error", inspect::to_json(*outcome.refusal)).take();
  out.set("issued_token_type", outcome.issued_token_type).set("token_type", outcome.token_type);
  if (outcome.lifetime) out.set("expires_in", outcome.lifetime->count());
  if (outcome.scopes) out.set("scopes", *outcome.scopes);
  out.set("access_token", reveal ? outcome.token->reveal() : std::string("[redacted]"));
  out.set_unless_empty("warning", outcome.warning);
  if (outcome.report) out.set("token", to_json(*outcome.report, now));
  return out.set("diff", diff_json(outcome.diff)).take();
}

OrderedJson variation_json(const inspect::Variation& variation, const inspect::ExchangeOutcome& outcome) {
  JsonObject<kVariationShape> out;
  out.set("request", fields_json(variation.target)).set("accepted", !outcome.refusal.has_value());
  if (outcome.refusal) out.set("error", inspect::to_json(*outcome.refusal));
  if (outcome.report && outcome.report->claims.is_object()) {
    out.set("aud", inspect::audience_claim(outcome.report->claims)).set("scopes", inspect::scope_claim(outcome.report->claims));
  }
  return out.set_unless_empty("warning", outcome.warning).take();
}

class Exchange {
 public:
  Exchange(const World& world, const Invocation& invocation)
      : world_(world),
        invocation_(invocation),
        logger_(command_logger(world, invocation)),
        paint_(output_paint(world, invocation)),
        json_(invocation.has("json")) {}

  Result<ExitStatus> run() {
    TRY(const auto runtime, load_config(world_, invocation_));
    if (const auto name = invocation_.value("backend"); name && runtime) {
      TRY(const auto* backend, find_backend(*runtime, *name));
      if (!std::holds_alternative<config::TokenExchange>(backend->strategy)) return show_backend_request(world_, invocation_, *runtime, *backend);
    }
    TRY(const auto setup, exchange_setup(world_, invocation_, runtime ? &*runtime : nullptr));
    if (invocation_.has("dry-run")) return show_only(setup);
    const auto network = world_.network();
    TRY(const auto subjects, subject_tokens(world_, *network, invocation_, setup));
    ToldHttpClient http(network->http(), logger_);
    return invocation_.has("try") ? try_all(setup, subjects, *network, http) : once(setup, subjects, *network, http);
  }

 private:
  ExitStatus show_only(const ExchangeSetup& setup) {
    if (json_) {
      JsonObject<kExchangeShape> out;
      print_json(world_, out.set("request", request_json(setup.target)).take());
    } else {
      world_.output << request_text(setup.target, paint_) << "not sent (--dry-run)\n";
    }
    return ExitStatus::Fine;
  }

  Result<ExitStatus> once(const ExchangeSetup& setup, const inspect::SubjectTokens& subjects, proxy::Network& network, http::HttpClient& http) {
    const auto subject = subjects.find(setup.target.subject_token_type);
    if (subject == subjects.end()) {
      return fail(ErrorCode::NotFound, "there is no subject token of the type " + std::string(outgoing::urn_of(setup.target.subject_token_type)));
    }
    const auto outcome = network.run(inspect::run_exchange(setup.target.clone(), subject->second.clone(), http, world_.clock));
    const bool reveal = invocation_.has("reveal");
    const auto now = world_.clock.now();
    if (json_) {
      JsonObject<kExchangeShape> out;
      print_json(world_, out.set("request", request_json(setup.target)).set("answer", answer_json(outcome, reveal, now)).take());
    } else {
      world_.output << request_text(setup.target, paint_) << answer_text(outcome, reveal, now, paint_);
    }
    return outcome.refusal ? ExitStatus::Findings : ExitStatus::Fine;
  }

  Result<ExitStatus> try_all(const ExchangeSetup& setup, const inspect::SubjectTokens& subjects, proxy::Network& network, http::HttpClient& http) {
    const auto found = inspect::variations(setup.target, subjects);
    auto list = OrderedJson::array();
    std::size_t accepted = 0;
    std::size_t tried = 0;
    if (!json_) world_.output << fmt::format("{} {}, {} variations\n", paint_.bold("trying"), location(setup.target.token_url), found.size());
    for (const auto& variation : found) {
      auto subject = subjects.at(variation.target.subject_token_type).clone();
      const auto outcome = network.run(inspect::run_exchange(variation.target.clone(), std::move(subject), http, world_.clock));
      ++tried;
      if (!outcome.refusal) ++accepted;
      show_tried(variation, outcome, list);
      if (outcome.refusal && inspect::is_hopeless(*outcome.refusal)) break;
    }
    if (json_) {
      JsonObject<kTryShape> out;
      out.set("url", location(setup.target.token_url)).set("accepted", accepted).set("tried", tried).set("variations", std::move(list));
      print_json(world_, out.take());
    } else {
      const auto rest = tried < found.size() ? ", the rest was not tried: it would fail the same way" : "";
      world_.output << fmt::format("{} of {} accepted{}\n", accepted, tried, rest);
    }
    return accepted > 0 ? ExitStatus::Fine : ExitStatus::Findings;
  }

  void show_tried(const inspect::Variation& variation, const inspect::ExchangeOutcome& outcome, OrderedJson& list) {
    if (json_) return list.push_back(variation_json(variation, outcome));
    if (outcome.refusal) {
      const auto& code = outcome.refusal->code;
      world_.output << fmt::format("  {} {}: {}\n", paint_.bad("no "), variation.shown, code.empty() ? outcome.refusal->message : code);
      return;
    }
    std::string got;
    if (outcome.report && outcome.report->claims.is_object()) {
      got = fmt::format("  aud {}", fmt::join(inspect::audience_claim(outcome.report->claims), " "));
      const auto scopes = inspect::scope_claim(outcome.report->claims);
      if (!scopes.empty()) got += fmt::format(", scope {}", fmt::join(scopes, " "));
    }
    world_.output << fmt::format("  {} {}{}{}\n", paint_.good("yes"), variation.shown, printable(got, 400),
                                 outcome.warning.empty() ? "" : "  (unusable: " + outcome.warning + ")");
  }

  const World& world_;
  const Invocation& invocation_;
  Logger logger_;
  Paint paint_;
  bool json_;
};

}  // namespace

Command token_exchange_command() {
  return {
      .name = "token exchange",
      .summary = "run the token exchange of a backend, and explain the answer",
      .description =
          {"Exchanges a stored token as the token_exchange strategy of a backend would (RFC 8693), or as described by hand: shows the request without its "
           "secrets, "
           "the answer taken apart, and claim by claim what changed between the two tokens. A refusal is explained where the service's habit is known.",
           "Of a backend that exchanges nothing (upstream_inject, header_injection, unauthenticated) it says what a request would carry, and whether the "
           "stored "
           "token is good for it.",
           "With --try the target is named as audience, as resource, as both and not at all, with and without scope, for every type of subject token at hand: "
           "at most 36 requests, which say what the service accepts. The exit status is 1 when it accepts nothing."},
      .arguments = {{.name = "TSID", .help = "the session whose token is exchanged; not needed when there is only one"}},
      .options = joined({{{.name = "backend", .value = "NAME", .help = "exchange as this backend of --config would"}},
                         target_options(),
                         {{.name = "dry-run", .letter = 'n', .excludes = {"try"}, .help = "show the request and do not send it"},
                          {.name = "try", .excludes = {"dry-run", "reveal"}, .help = "find out which combinations the service accepts"},
                          {.name = "reveal", .excludes = {"try"}, .help = "print the token that comes out"}},
                         config_options(),
                         store_options(),
                         {user_option(), json_option("token-json.md"), color_option(), verbose_option()}}),
      .examples = {{"vmcpauth token exchange --backend orders --config deploy/", "what does the token service answer this backend?"},
                   {"vmcpauth token exchange --token-url https://sts.example/token --audience orders --subject-provider okta --client-id gateway "
                    "--client-secret-env STS_SECRET --try",
                    "which combination would it take?"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_exchange(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  if (auto wrong = check_target_options(invocation)) return std::unexpected(*std::move(wrong));
  const auto status = Exchange(world, invocation).run();
  if (!status) return report_failure(world, status.error());
  return *status;
}

}  // namespace vmcpauth::cli
