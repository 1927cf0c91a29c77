#include "core/client/login.hpp"

#include <algorithm>

#include "core/client/grants.hpp"
#include "core/client/scope_choice.hpp"
#include "core/oauth/parameters.hpp"
#include "core/oauth/pkce.hpp"
#include "core/upstream/authorization_request.hpp"

namespace vmcpauth::client {
namespace {

upstream::Peer authorization_peer(const oauth::ServerMetadata& server) {
  return {"authorization server " + server.issuer, "authorization endpoint", *server.authorization_endpoint};
}

// MCP authorization specification: without S256 in the metadata there is no telling whether the server checks the verifier.
Result<void> check_code_grant(const oauth::ServerMetadata& server, const http::PeerPolicy& peer) {
  const auto refuse = [&](std::string_view why) { return fail(ErrorCode::Unsupported, "authorization server " + server.issuer + " " + std::string(why)); };
  if (!server.authorization_endpoint) return refuse("has no authorization endpoint");
  if (!server.token_endpoint) return refuse("has no token endpoint");
  // The browser would be sent to a program of ours by somebody on the internet.
  if (server.authorization_endpoint->is_loopback() && !peer.allow_loopback) return refuse("names an authorization endpoint on this machine");
  const auto& methods = server.code_challenge_methods_supported;
  if (std::ranges::find(methods, oauth::kPkceMethod) == methods.end())
    return refuse("does not advertise PKCE with S256, without which MCP clients must not go on");
  return {};
}

Result<oauth::DpopKeyPtr> dpop_key(const LoginSettings& settings, const LoginCircumstances& circumstances) {
  const auto& resource = circumstances.discovery.protected_resource;
  if (!settings.dpop && !circumstances.refusal.dpop && !(resource && resource->dpop_bound_access_tokens_required)) return nullptr;
  const auto& server = circumstances.discovery.server;
  TRY(const auto algorithms, optional_strings(server.document, "dpop_signing_alg_values_supported"));
  if (algorithms && std::ranges::find(*algorithms, "ES256") == algorithms->end()) {
    return fail(ErrorCode::Unsupported, "authorization server " + server.issuer + " takes no DPoP proofs signed with ES256");
  }
  TRY(auto key, oauth::DpopKey::generate());
  return std::make_shared<const oauth::DpopKey>(std::move(key));
}

std::string missing(const oauth::Scopes& asked, const oauth::Scopes& granted) {
  oauth::Scopes out;
  for (const auto& scope : asked) {
    if (!oauth::has_scope(granted, scope)) out.push_back(scope);
  }
  return oauth::join_scope(out);
}

}  // namespace

// What one login has decided so far.
struct Login::Attempt {
  LoginSettings settings;
  LoginCircumstances circumstances;
  ChosenClient client;
  TokenTarget target;
  oauth::DpopKeyPtr key;

  [[nodiscard]] const Discovery& discovery() const { return circumstances.discovery; }
  [[nodiscard]] TokenEndpoint endpoint() const { return {*discovery().server.token_endpoint, discovery().server.issuer, discovery().peer}; }
};

LoginSettings LoginSettings::clone() const {
  LoginSettings out{.server = server};
  out.issuer = issuer;
  if (client) out.client = client->clone();
  out.client_metadata_url = client_metadata_url;
  out.scopes = scopes;
  out.grant = grant;
  out.source = source;
  if (assertion) out.assertion = assertion->clone();
  out.idp_token_endpoint = idp_token_endpoint;
  if (idp_client) out.idp_client = idp_client->clone();
  out.dpop = dpop;
  out.trust = trust;
  return out;
}

Result<Secret> read_authorization_response(std::string_view query, const oauth::ServerMetadata& server) {
  auto parameters = oauth::Parameters::parse(query);
  if (!parameters) return fail(ErrorCode::BadResponse, "the redirect cannot be read: " + parameters.error().message());
  if (parameters->duplicate()) return fail(ErrorCode::BadResponse, "the redirect has the parameter \"" + printable(*parameters->duplicate(), 60) + "\" twice");
  const auto text = [&](std::string_view name) -> std::optional<std::string> {
    const auto value = parameters->find(name);
    if (!value) return std::nullopt;
    return std::string(*value);
  };
  const upstream::CallbackParameters callback{text("code"), text("error"), text("error_description"), text("error_uri"), text("iss")};
  auto code = upstream::read_callback(callback, {server.issuer, server.authorization_response_iss_parameter_supported}, authorization_peer(server));
  if (code) return Secret(*std::move(code));
  if (code.error().oauth_code() != "access_denied") return std::unexpected(std::move(code).error());
  Error denied(ErrorCode::Denied, "the login was declined at " + server.issuer);
  for (const auto& note : code.error().notes()) denied = std::move(denied).note(note);
  return std::unexpected(std::move(denied).with_oauth_code("access_denied"));
}

Task<Result<Credential>> Login::run(LoginSettings settings, LoginCircumstances circumstances) {
  Attempt attempt{std::move(settings), std::move(circumstances), {}, {}, nullptr};
  const auto& server = attempt.discovery().server;
  const bool with_browser = attempt.settings.grant == GrantKind::AuthorizationCode;
  if (with_browser) CO_TRY_VOID(check_code_grant(server, attempt.discovery().peer));
  if (!server.token_endpoint) co_return fail(ErrorCode::Unsupported, "authorization server " + server.issuer + " has no token endpoint");
  if (attempt.settings.grant == GrantKind::DeviceCode) CO_TRY_VOID(device_endpoint(attempt.discovery()));
  CO_TRY(attempt.key, dpop_key(attempt.settings, attempt.circumstances));
  const Credential* before = attempt.circumstances.before ? &*attempt.circumstances.before : nullptr;
  CO_TRY(attempt.client,
         co_await choose_client(ports_.http, attempt.settings, attempt.discovery(), before, with_browser ? agent_ : nullptr, ports_.clock.now(), progress_));
  const auto& resource = attempt.discovery().protected_resource;
  attempt.target = {attempt.discovery().resource,
                    choose_scopes({attempt.settings.scopes, attempt.circumstances.refusal.scopes, resource ? resource->scopes_supported : oauth::Scopes{},
                                   with_browser || attempt.settings.grant == GrantKind::DeviceCode ? server.scopes_supported : oauth::Scopes{},
                                   attempt.circumstances.keep_scopes})};
  CO_TRY(auto answer, co_await by_grant(attempt));

  Credential out;
  out.server = attempt.settings.server.text();
  out.issuer = server.issuer;
  out.resource = attempt.target.resource;
  out.resource_metadata = attempt.discovery().resource_metadata;
  out.client = std::move(attempt.client.identity);
  out.grant = attempt.settings.grant;
  out.source = attempt.settings.source;
  out.access_token = std::move(answer.tokens.access_token);
  out.refresh_token = std::move(answer.tokens.refresh_token);
  if (answer.dpop) out.dpop_key = attempt.key->pem().clone();
  out.scopes_asked = attempt.target.scopes;
  out.scopes = answer.tokens.scopes ? *std::move(answer.tokens.scopes) : out.scopes_asked;
  out.obtained_at = ports_.clock.now();
  if (answer.tokens.lifetime) out.expires_at = out.obtained_at + *answer.tokens.lifetime;
  if (auto left_out = missing(out.scopes_asked, out.scopes); !left_out.empty() && left_out != "offline_access") {
    progress_.report(ProgressKind::Warning, "not everything that was asked for was granted: \"" + left_out + "\" is missing");
  }
  co_return out;
}

Task<Result<TokenAnswer>> Login::by_grant(Attempt& attempt) {
  switch (attempt.settings.grant) {
    case GrantKind::AuthorizationCode: {
      auto answer = co_await by_code(attempt);
      co_return answer;
    }
    case GrantKind::DeviceCode: {
      auto answer = co_await by_device(attempt);
      co_return answer;
    }
    case GrantKind::ClientCredentials: {
      auto grant = client_credentials_grant(attempt.target);
      auto identity = attempt.client.identity.clone();
      auto answer = co_await ask_for_tokens(ports_, attempt.endpoint(), std::move(identity), attempt.key, std::move(grant));
      co_return answer;
    }
    case GrantKind::JwtBearer:
    case GrantKind::IdentityAssertion: {
      auto answer = co_await by_assertion(attempt);
      co_return answer;
    }
  }
  co_return fail(ErrorCode::Internal, "a grant without a way to ask for it");
}

Task<Result<TokenAnswer>> Login::by_code(Attempt& attempt) {
  if (agent_ == nullptr) co_return fail(ErrorCode::Unauthenticated, "a login in the browser is needed and not possible here");
  const auto& server = attempt.discovery().server;
  const upstream::Leg leg{ports_.random.token(), "", oauth::make_code_verifier(ports_.random)};
  config::StringMap additional{{"resource", attempt.target.resource}};
  if (attempt.key) additional["dpop_jkt"] = attempt.key->thumbprint();  // RFC 9449 §10
  LegWatch watch(ports_, server, attempt.discovery().peer, progress_);
  if (const auto parameter = watch.parameter()) additional.insert(*parameter);
  const upstream::AuthorizationRequest request{.endpoint = *server.authorization_endpoint,
                                               .client_id = attempt.client.identity.id,
                                               .redirect_uri = attempt.client.redirect_uri,
                                               .scopes = attempt.target.scopes,
                                               .additional = std::move(additional)};
  AuthorizationPrompt prompt{upstream::authorization_url(request, leg), leg.state, server.issuer, [&watch] { return watch.look(); }};
  const auto query = co_await agent_->ask(std::move(prompt));
  co_await watch.look();
  legs_ = watch.legs();
  if (!query) co_return std::unexpected(query.error());
  CO_TRY(const auto code, read_authorization_response(*query, server));
  progress_.report(ProgressKind::Detail, "the browser is back; asking " + server.issuer + " for tokens");
  auto grant = code_grant(code, leg.pkce_verifier, attempt.client.redirect_uri, attempt.target);
  auto identity = attempt.client.identity.clone();
  auto answer = co_await ask_for_tokens(ports_, attempt.endpoint(), std::move(identity), attempt.key, std::move(grant));
  co_return answer;
}

Task<Result<TokenAnswer>> Login::by_device(Attempt& attempt) {
  if (agent_ == nullptr) co_return fail(ErrorCode::Unauthenticated, "a login on another device is needed and not possible here");
  auto discovery = attempt.discovery();
  auto identity = attempt.client.identity.clone();
  CO_TRY(auto device, co_await begin_device_grant(ports_, std::move(discovery), std::move(identity), attempt.target));
  agent_->show_device_code(device.prompt);
  auto polling = attempt.client.identity.clone();
  auto answer = co_await poll_device_grant(ports_, attempt.endpoint(), std::move(polling), attempt.key, std::move(device), attempt.target);
  co_return answer;
}

Task<Result<Secret>> Login::identity_assertion(const Attempt& attempt) {
  const auto& settings = attempt.settings;
  if (!settings.idp_token_endpoint || !settings.assertion)
    co_return fail(ErrorCode::InvalidInput, "an ID token and the identity provider's token endpoint are needed");
  auto identity = settings.idp_client ? settings.idp_client->clone() : ClientIdentity{};
  TokenEndpoint endpoint{*settings.idp_token_endpoint, settings.idp_token_endpoint->origin(), server_policy(settings.trust)};
  const auto peer = endpoint.peer();
  auto grant = id_jag_exchange(*settings.assertion, attempt.discovery().server.issuer, attempt.target);
  CO_TRY(const auto document, co_await post_form(ports_, std::move(endpoint), std::move(identity), nullptr, std::move(grant)));
  auto tokens = upstream::read_token_response(document, nullptr, false);
  if (!tokens) co_return std::unexpected(upstream::with_peer(std::move(tokens).error(), peer));
  if (tokens->issued_token_type != "urn:ietf:params:oauth:token-type:id-jag") {
    co_return std::unexpected(upstream::with_peer(Error(ErrorCode::BadResponse, "the token exchange gave no identity assertion (id-jag)"), peer));
  }
  co_return std::move(tokens->access_token);
}

Task<Result<TokenAnswer>> Login::by_assertion(Attempt& attempt) {
  Secret assertion;
  if (attempt.settings.grant == GrantKind::IdentityAssertion) {
    CO_TRY(assertion, co_await identity_assertion(attempt));
  } else {
    if (!attempt.settings.assertion) co_return fail(ErrorCode::InvalidInput, "an assertion is needed for the jwt-bearer grant");
    assertion = attempt.settings.assertion->clone();
  }
  auto grant = jwt_bearer_grant(assertion, attempt.target);
  auto identity = attempt.client.identity.clone();
  auto answer = co_await ask_for_tokens(ports_, attempt.endpoint(), std::move(identity), attempt.key, std::move(grant));
  co_return answer;
}

}  // namespace vmcpauth::client
