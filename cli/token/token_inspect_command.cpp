#include "cli/token/token_inspect_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>

#include "cli/bounded_input.hpp"
#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "cli/token/document_shapes.hpp"
#include "cli/token/report_text.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_config.hpp"
#include "cli/token/token_options.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/config/load.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/introspection_query.hpp"
#include "core/inspect/key_source.hpp"
#include "core/inspect/session_json.hpp"
#include "core/inspect/session_query.hpp"
#include "core/inspect/token_report.hpp"

namespace vmcpauth::cli {
namespace {

constexpr std::size_t kMaxJwks = 1U << 20U;

// One token to look at, and what is known about where it comes from.
struct Subject {
  std::string label;
  std::string provider;  // of a stored token; "" = not known
  bool id_token = false;
  inspect::DecodedToken token;
};

// A session id has no dots and none of the known beginnings; what has is a token.
bool looks_like_token(const std::string& text) {
  if (std::count(text.begin(), text.end(), '.') >= 2 || text.size() > 200 || text.find(' ') != std::string::npos) return true;
  const auto decoded = inspect::decode_token(text);
  return decoded && inspect::recognise(*decoded).has_value();
}

class Inspection {
 public:
  Inspection(const World& world, const Invocation& invocation) : world_(world), invocation_(invocation), now_(world.clock.now()) {}

  Result<std::vector<Subject>> subjects() {
    const auto& arguments = invocation_.arguments();
    const std::string what = arguments.empty() ? "-" : arguments.front();
    if (what == "-") {
      TRY(const auto text, read_input(world_, inspect::kMaxInspected + 1024));
      return of_text(text);
    }
    if (!looks_like_token(what)) return of_session(what);
    if (world_.terminal.error_is_terminal) {
      world_.error
          << "note: a token on the command line stays in the shell's history and shows in process lists; pipe it in instead: … | vmcpauth token inspect -\n";
    }
    return of_text(what);
  }

  Result<inspect::TokenReport> report(Subject& subject) {
    auto out = inspect::make_report(subject.token, now_);
    out.label = subject.label;
    TRY(const auto runtime, configuration(subject.token.claims));
    if (runtime && subject.token.claims.is_object()) {
      const bool ours = subject.provider.empty();
      if (ours || (subject.id_token && is_openid(*runtime, subject.provider)))
        inspect::add_comparison(out, inspect::expectation_of(*runtime, subject.token.claims));
    }
    if (subject.token.form == inspect::TokenForm::Jws) {
      TRY(out.signature, signature(subject.token, runtime));
    }
    if (runtime && subject.token.form != inspect::TokenForm::Jws && !subject.id_token) ask_issuer(subject, *runtime, out);
    return out;
  }

 private:
  // What an ID token must say is only known of OpenID providers: an OAuth 2.0 one is configured without an issuer.
  static bool is_openid(const config::Runtime& runtime, std::string_view provider) {
    if (!runtime.auth_server) return false;
    return std::ranges::any_of(runtime.auth_server->upstreams, [&](const config::Upstream& upstream) {
      return upstream.name == provider && std::holds_alternative<config::OidcSettings>(upstream.settings);
    });
  }

  static Result<std::vector<Subject>> of_text(const std::string& text) {
    TRY(auto token, inspect::decode_token(text));
    std::vector<Subject> out;
    out.push_back({{}, {}, false, std::move(token)});
    return out;
  }

  Result<std::vector<Subject>> of_session(const std::string& id) {
    TRY(opened_, open_store(world_, network(), invocation_, Access::Read));
    auto& opened = *opened_;
    inspect::SessionQuery query{.session = id, .user = {}, .provider = invocation_.value("provider").value_or("")};
    auto chosen = network().run(inspect::choose_session(*opened.store, std::move(query), now_));
    if (!chosen) {
      if (chosen.error().code() != ErrorCode::NotFound) return std::unexpected(std::move(chosen).error());
      return std::unexpected(std::move(chosen).error().note("in " + opened.shown + "; to look at an opaque token pipe it in: … | vmcpauth token inspect -"));
    }
    std::vector<Subject> out;
    for (const auto& row : chosen->rows) {
      add(out, "access token", row.provider, row.access_token);
      add(out, "ID token", row.provider, row.id_token);
    }
    if (out.empty()) return fail(ErrorCode::NotFound, "the session " + inspect::short_id(chosen->session_id) + " has no tokens");
    return out;
  }

  static void add(std::vector<Subject>& out, const std::string& kind, const std::string& provider, const Secret& token) {
    if (token.empty()) return;
    auto decoded = inspect::decode_token(token.reveal());
    if (decoded) out.push_back({kind + " of provider \"" + printable(provider, 63) + "\"", provider, kind == "ID token", *std::move(decoded)});
  }

  // The configuration as this token's issuer sees it: `serve` maps it to the address it listens on.
  Result<std::optional<config::Runtime>> configuration(const Json& claims) {
    TRY(auto runtime, load_config(world_, invocation_));
    if (!runtime) return std::nullopt;
    const auto origin = inspect::local_origin_of(*runtime, claims);
    if (!origin.empty()) config::map_to_origin(*runtime, origin);
    return runtime;
  }

  Result<std::optional<inspect::KeySource>> key_source(const inspect::DecodedToken& token, const std::optional<config::Runtime>& runtime) {
    if (const auto jwks = invocation_.value("jwks")) {
      if (auto url = Url::parse(*jwks)) return inspect::keys_at_url(*std::move(url));
      TRY(const auto text, world_.files.read(*jwks, kMaxJwks));
      auto keys = jose::JwkSet::parse(text);
      if (!keys) return std::unexpected(std::move(keys).error().note(*jwks));
      return inspect::KeySource{*std::move(keys), "the file " + *jwks, {}};
    }
    if (const auto issuer = invocation_.value("issuer")) return inspect::keys_of_issuer(*issuer);
    TRY(auto own, keys_of_store(token));
    if (own) return own;
    if (!runtime) return std::nullopt;
    return inspect::keys_by_configuration(*runtime, token.claims);
  }

  // The keys that servers on the store sign with, when one of them is the token's: a server that made its own need not be running.
  // Without --store it is only tried; a store that is not there says nothing about the token.
  Result<std::optional<inspect::KeySource>> keys_of_store(const inspect::DecodedToken& token) {
    const auto kid = inspect::text_claim(token.header, "kid");
    if (kid.empty()) return std::nullopt;
    if (!opened_) {
      auto opened = open_store(world_, network(), invocation_, Access::Read);
      if (!opened && invocation_.has("store")) return std::unexpected(std::move(opened).error());
      if (!opened) return std::nullopt;
      opened_ = *std::move(opened);
    }
    if (!opened_->own_keys) return std::nullopt;
    const auto keys = opened_->own_keys();
    if (!keys) return std::nullopt;
    const bool signs = std::ranges::any_of(keys->keys(), [&](const jose::Jwk& key) { return key.kid() == kid; });
    if (!signs) return std::nullopt;
    return inspect::KeySource{*keys, "the keys in the store " + opened_->shown, {}};
  }

  Result<inspect::SignatureCheck> signature(const inspect::DecodedToken& token, const std::optional<config::Runtime>& runtime) {
    TRY(auto source, key_source(token, runtime));
    if (!source) {
      const char* const why = runtime ? "neither the configuration nor the store has keys of this issuer" : "name the keys with --jwks, --issuer or --config";
      return inspect::SignatureCheck{.state = inspect::SignatureState::NotChecked, .keys_from = {}, .detail = why};
    }
    const auto shown = source->shown;
    const auto keys = network().run(inspect::obtain_keys(*std::move(source), network().http(), world_.clock));
    if (!keys) return inspect::SignatureCheck{inspect::SignatureState::KeysFailed, shown, keys.error().describe()};
    return inspect::check_signature(token, *keys, shown);
  }

  void ask_issuer(const Subject& subject, const config::Runtime& runtime, inspect::TokenReport& report) {
    auto target = inspect::introspection_by_configuration(runtime, subject.provider);
    if (!target) return;
    inspect::Introspected asked{target->who, std::nullopt, {}};
    auto answer = network().run(inspect::introspect(*std::move(target), subject.token.token.clone(), network().http()));
    if (answer) {
      asked.answer = inspect::without_tokens(*answer);
    } else {
      asked.failure = answer.error().describe();
    }
    report.introspection = std::move(asked);
  }

  proxy::Network& network() {
    if (!network_) network_ = world_.network();
    return *network_;
  }

  const World& world_;
  const Invocation& invocation_;
  TimePoint now_;
  std::unique_ptr<proxy::Network> network_;
  std::optional<OpenedStore> opened_;  // goes before the network
};

Result<ExitStatus> inspect_tokens(const World& world, const Invocation& invocation) {
  Inspection inspection(world, invocation);
  TRY(auto subjects, inspection.subjects());
  const auto now = world.clock.now();
  const auto paint = output_paint(world, invocation);
  auto list = OrderedJson::array();
  bool good = true;
  for (auto& subject : subjects) {
    TRY(const auto report, inspection.report(subject));
    good = good && report.good();
    if (invocation.has("json")) {
      list.push_back(to_json(report, now));
    } else {
      if (&subject != &subjects.front()) world.output << '\n';
      world.output << report_text(report, now, paint);
    }
  }
  if (invocation.has("json")) {
    JsonObject<kInspectShape> out;
    print_json(world, out.set("tokens", std::move(list)).take());
  }
  return good ? ExitStatus::Fine : ExitStatus::Findings;
}

}  // namespace

Command token_inspect_command() {
  return {
      .name = "token inspect",
      .summary = "take a token apart and say what is wrong with it",
      .description =
          {"Decodes a token: of a stored session (by its tsid), from standard input (-), or given. Shows header and claims with times for people, what is "
           "missing or odd, whose token it is, who acts for whom, and whether the issuer's keys signed it. With --config it is compared with what "
           "the configuration expects, and opaque tokens are introspected where their issuer offers it.",
           "Signatures are checked with --jwks or --issuer, else with the keys that serve made and keeps in its store, else with those that --config names.",
           "A token itself is never printed or logged. Piped in, it does not get into the shell's history either.",
           "The exit status is 1 when there is a problem: expired, another audience, a signature that does not verify."},
      .arguments = {{.name = "TSID|-|JWT", .help = "a session's id or its beginning, - for standard input, or a token"}},
      .options = joined(
          {{{.name = "jwks", .value = "FILE|URL", .completes = Completes::Files, .excludes = {"issuer"}, .help = "check the signature with this key set"},
            {.name = "issuer",
             .value = "URL",
             .excludes = {"jwks"},
             .help = "check the signature with the keys that this issuer publishes",
             .detail = "An issuer is never believed because the token names it: it has to be named here or in --config."}},
           config_options(),
           store_options(),
           {provider_option(), json_option("token-json.md"), color_option()}}),
      .examples = {{"vmcpauth token inspect - --issuer https://idp.example", "a token that is piped in, checked against its issuer's keys"},
                   {"vmcpauth token inspect a1b2c3 --config deploy/", "every token of a stored session, compared with the manifests"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_inspect(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  if (invocation.arguments().empty() && world.terminal.input_is_terminal) {
    return std::unexpected(UsageError{"nothing to inspect", "name a session, or pipe a token in", &invocation.command()});
  }
  if (const auto issuer = invocation.value("issuer"); issuer && !Url::parse(*issuer)) {
    return std::unexpected(UsageError{"--issuer is not an http or https URL", "write it as the token's iss has it", &invocation.command()});
  }
  const auto status = inspect_tokens(world, invocation);
  if (!status) return report_failure(world, status.error());
  return *status;
}

}  // namespace vmcpauth::cli
