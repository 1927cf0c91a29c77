#include "cli/token/exchange_subject.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/bounded_input.hpp"
#include "cli/token/backend_request.hpp"
#include "cli/token/store_access.hpp"
#include "core/base/encoding.hpp"
#include "core/inspect/decoded_token.hpp"
#include "core/inspect/session_query.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::cli {
namespace {

using config::SubjectTokenType;

constexpr std::size_t kMaxSecret = 64U * 1024U;

std::optional<SubjectTokenType> type_named(const std::string& name) {
  if (name == "access_token") return SubjectTokenType::AccessToken;
  if (name == "id_token") return SubjectTokenType::IdToken;
  if (name == "jwt") return SubjectTokenType::Jwt;
  return std::nullopt;
}

Result<std::optional<Secret>> given_secret(const World& world, const Invocation& invocation) {
  if (const auto name = invocation.value("client-secret-env")) {
    auto value = world.env.get(*name);
    if (!value || value->empty()) return fail(ErrorCode::NotFound, "the environment variable " + printable(*name, 100) + " is not set");
    return Secret(*std::move(value));
  }
  if (const auto path = invocation.value("client-secret-file")) {
    TRY(auto text, world.files.read(*path, kMaxSecret));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.empty()) return fail(ErrorCode::InvalidInput, *path + " is empty");
    return Secret(std::move(text));
  }
  return std::nullopt;
}

Result<void> apply_options(const World& world, const Invocation& invocation, ExchangeSetup& setup) {
  auto& target = setup.target;
  if (const auto url = invocation.value("token-url")) {
    TRY(target.token_url, Url::parse(*url));
  }
  if (const auto value = invocation.value("audience")) target.audience = *value;
  if (const auto value = invocation.value("resource")) target.resource = *value;
  if (invocation.has("scope")) {
    target.scopes.clear();
    for (const auto& text : invocation.values("scope")) {
      TRY(auto scopes, oauth::parse_scope(text));
      target.scopes = oauth::scope_union(std::move(target.scopes), scopes);
    }
  }
  if (const auto value = invocation.value("client-id")) target.client_id = *value;
  TRY(auto secret, given_secret(world, invocation));
  if (secret) target.client_secret = std::move(secret);
  if (const auto value = invocation.value("subject-token-type")) target.subject_token_type = type_named(*value).value_or(SubjectTokenType::AccessToken);
  if (const auto value = invocation.value("subject-provider")) setup.subject_provider = *value;
  if (target.client_secret && target.client_id.empty()) return fail(ErrorCode::InvalidInput, "a client secret needs a client id: --client-id");
  return {};
}

bool is_jwt(const Secret& token) {
  const auto decoded = inspect::decode_token(token.reveal());
  return decoded && decoded->form == inspect::TokenForm::Jws;
}

void offer(inspect::SubjectTokens& out, SubjectTokenType type, const Secret& token) {
  if (!token.empty()) out.emplace(type, token.clone());
}

Result<inspect::SubjectTokens> from_file(const World& world, const std::string& path, SubjectTokenType type) {
  TRY(auto text, path == "-" ? read_input(world, inspect::kMaxInspected) : world.files.read(path, inspect::kMaxInspected));
  TRY(auto decoded, inspect::decode_token(text));
  inspect::SubjectTokens out;
  offer(out, type, decoded.token);
  if (decoded.form == inspect::TokenForm::Jws) offer(out, SubjectTokenType::Jwt, decoded.token);
  return out;
}

}  // namespace

std::vector<Option> target_options() {
  return {
      {.name = "token-url", .value = "URL", .help = "the token service's token endpoint"},
      {.name = "audience", .value = "NAME", .help = "the audience to ask for"},
      {.name = "resource", .value = "URL", .help = "the resource to ask for (RFC 8707)"},
      {.name = "scope", .value = "SCOPE", .repeatable = true, .help = "a scope to ask for; several separated by spaces, or the option again"},
      {.name = "subject-provider", .value = "NAME", .help = "the upstream provider whose stored token is exchanged"},
      {.name = "subject-token-type",
       .value = "TYPE",
       .choices = {"access_token", "id_token", "jwt"},
       .standard = "access_token",
       .help = "what the subject token is sent as"},
      {.name = "subject-token-file",
       .value = "FILE|-",
       .completes = Completes::Files,
       .help = "exchange the token in this file, or on standard input, instead of a stored one"},
      {.name = "client-id", .value = "ID", .help = "the client that exchanges"},
      {.name = "client-secret-env", .value = "NAME", .excludes = {"client-secret-file"}, .help = "the environment variable with its secret"},
      {.name = "client-secret-file", .value = "FILE", .completes = Completes::Files, .excludes = {"client-secret-env"}, .help = "the file with its secret"},
  };
}

std::optional<UsageError> check_target_options(const Invocation& invocation) {
  const auto usage = [&](const char* message, const char* hint) { return UsageError{message, hint, &invocation.command()}; };
  const auto url = invocation.value("token-url");
  if (!invocation.has("backend") && !url)
    return usage("nothing to exchange with", "name a backend with --backend and --config, or a token service with --token-url");
  if (invocation.has("backend") && !invocation.has("config")) return usage("--backend needs --config", "it says how the backend exchanges tokens");
  if (url && !Url::parse(*url)) return usage("--token-url is not an http or https URL", "name the token endpoint itself");
  return std::nullopt;
}

Result<ExchangeSetup> exchange_setup(const World& world, const Invocation& invocation, const config::Runtime* runtime) {
  if (const auto backend = invocation.value("backend")) {
    if (runtime == nullptr) return fail(ErrorCode::InvalidInput, "--backend needs --config");
    TRY(const auto* found, find_backend(*runtime, *backend));
    const auto* settings = std::get_if<config::TokenExchange>(&found->strategy);
    if (settings == nullptr) return fail(ErrorCode::InvalidInput, "the backend " + *backend + " exchanges nothing");
    ExchangeSetup setup{outgoing::exchange_target(*settings), *backend, settings->subject_provider_name};
    TRY_VOID(apply_options(world, invocation, setup));
    return setup;
  }
  TRY(auto url, Url::parse(invocation.value("token-url").value_or("")));
  ExchangeSetup setup{outgoing::ExchangeTarget{.token_url = std::move(url), .client_id = {}, .client_secret = std::nullopt}, {}, std::nullopt};
  TRY_VOID(apply_options(world, invocation, setup));
  return setup;
}

Result<inspect::SubjectTokens> subject_tokens(const World& world, proxy::Network& network, const Invocation& invocation, const ExchangeSetup& setup) {
  const auto wanted = setup.target.subject_token_type;
  if (const auto path = invocation.value("subject-token-file")) return from_file(world, *path, wanted);
  if (!setup.subject_provider) {
    const auto who = setup.backend.empty() ? std::string("this exchange") : "the backend " + setup.backend;
    return fail(ErrorCode::InvalidInput,
                who + " exchanges the token that a client sends: give one with --subject-token-file, or name a provider with --subject-provider");
  }
  TRY(auto opened, open_store(world, network, invocation, Access::Read));
  inspect::SessionQuery query{.user = invocation.value("user").value_or(""), .provider = *setup.subject_provider};
  if (!invocation.arguments().empty()) query.session = invocation.arguments().front();
  TRY(const auto session, network.run(inspect::choose_session(*opened.store, std::move(query), world.clock.now())));
  TRY(const auto* row, inspect::choose_row(session, *setup.subject_provider));
  inspect::SubjectTokens out;
  offer(out, SubjectTokenType::AccessToken, row->access_token);
  offer(out, SubjectTokenType::IdToken, row->id_token);
  if (is_jwt(row->access_token)) offer(out, SubjectTokenType::Jwt, row->access_token);
  if (!out.contains(SubjectTokenType::Jwt)) offer(out, SubjectTokenType::Jwt, row->id_token);
  if (out.empty()) return fail(ErrorCode::NotFound, "the session has no token of " + row->provider);
  return out;
}

}  // namespace vmcpauth::cli
