#include "core/authserver/authorize_endpoint.hpp"

#include <algorithm>

#include "core/authserver/pages.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/oauth/pkce.hpp"
#include "core/oauth/redirect_uri.hpp"
#include "core/oauth/resource.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxAuthorizeQuery = 16 * 1024;
constexpr std::size_t kMaxState = 2048;
constexpr std::size_t kMaxNonce = 1024;

std::unexpected<Error> bad_request(std::string message) { return oauth::refuse("invalid_request", std::move(message)); }

http::Response error_page(const Error& error) {
  const bool ours = error.code() == ErrorCode::Unavailable || error.code() == ErrorCode::RateLimited;
  if (ours) return render({503, "Sign-in is not possible now", "Please try again in a moment.", {}, {}});
  return render({400,
                 "This sign-in request cannot be used",
                 "The application that sent you here made a mistake, or the link is damaged. Nothing was signed in. Its developer needs the line below.",
                 {{"Cause", error.describe()}},
                 {}});
}

// Parameters of OpenID Connect that would change the meaning of the request, so they cannot be ignored.
Result<void> refuse_unsupported(const oauth::Parameters& parameters) {
  for (const std::string name : {"request", "request_uri", "registration"}) {
    if (parameters.has(name)) return oauth::refuse(name + "_not_supported", "the parameter " + name + " is not supported");
  }
  const auto mode = parameters.get("response_mode");
  if (!mode.empty() && mode != "query") return bad_request("the only response_mode is query");
  const auto prompts = oauth::parse_scope(parameters.get("prompt"));
  if (!prompts) return bad_request("prompt is malformed");
  if (oauth::has_scope(*prompts, "none")) {
    if (prompts->size() > 1) return bad_request("prompt=none cannot be combined");
    return oauth::refuse("login_required", "every sign-in here goes through the identity providers, which prompt=none forbids");
  }
  return {};
}

Result<void> check_response_type(const oauth::Parameters& parameters, const store::Client& client) {
  const auto type = parameters.find("response_type");
  if (!type) return bad_request("response_type is missing");
  if (*type != "code") return oauth::refuse("unsupported_response_type", "the only response_type is code");
  if (!may_use(client, oauth::kAuthorizationCode)) return oauth::refuse("unauthorized_client", "the client is not registered for authorization_code");
  return {};
}

Result<std::string> check_pkce(const oauth::Parameters& parameters) {
  const auto challenge = parameters.find("code_challenge");
  if (!challenge) return bad_request("code_challenge is missing; PKCE is required");
  // RFC 7636 §4.3: an absent method means plain.
  if (parameters.get("code_challenge_method") != oauth::kPkceMethod) return bad_request("code_challenge_method must be S256");
  if (!oauth::is_s256_challenge(*challenge)) return bad_request("code_challenge is not a base64url SHA-256");
  return std::string(*challenge);
}

}  // namespace

Task<http::Response> AuthorizeEndpoint::handle(http::Request request) {
  auto parameters = parameters_of(request);
  if (!parameters) co_return error_page(parameters.error());
  auto client = co_await trusted_client(*parameters);
  if (!client) {
    note(context_, LogLevel::Warn,
         {.kind = EventKind::LoginFailed,
          .client_id = parameters->get("client_id"),
          .code = oauth::oauth_code(client.error()),
          .detail = client.error().describe()});
    co_return error_page(client.error());
  }
  auto login = check(*parameters, *client);
  if (!login) {
    note(context_, LogLevel::Warn,
         {.kind = EventKind::LoginFailed, .client_id = client->id, .code = oauth::oauth_code(login.error()), .detail = login.error().describe()});
    const auto state = parameters->is_repeated("state") || parameters->get("state").size() > kMaxState ? std::string() : parameters->get("state");
    co_return error_to_client(context_, parameters->get("redirect_uri"), state, login.error());
  }
  // Not ours to insist on: what is no challenge is another server's business, as any parameter nobody knows (RFC 6749 §3.1).
  auto progress = parameters->get(kProgressChallenge);
  if (!oauth::is_s256_challenge(progress)) progress.clear();
  auto response = co_await chain_.begin(*std::move(login), request.headers, std::move(progress));
  co_return response;
}

Result<oauth::Parameters> AuthorizeEndpoint::parameters_of(const http::Request& request) {
  if (request.method == "POST") {
    if (request.content_type() != "application/x-www-form-urlencoded") return bad_request("the body is not a form");
    return oauth::Parameters::parse(request.body);
  }
  if (request.query.size() > kMaxAuthorizeQuery) return bad_request("the query is longer than 16 KiB");
  return oauth::Parameters::parse(request.query);
}

// The client and its redirect URI, which everything else may then be reported to.
Task<Result<store::Client>> AuthorizeEndpoint::trusted_client(const oauth::Parameters& parameters) {
  for (const std::string_view name : {"client_id", "redirect_uri"}) {
    if (parameters.is_repeated(name)) co_return bad_request(std::string(name) + " is given twice");
    if (!parameters.has(name)) co_return bad_request(std::string(name) + " is missing");
  }
  CO_TRY(auto client, co_await clients_.find(parameters.get("client_id")));
  if (!client) co_return oauth::refuse("invalid_client", "the client is not registered here; it has to register again");
  if (!oauth::is_registered_redirect(client->redirect_uris, parameters.get("redirect_uri"), !client->secret_hash)) {
    co_return oauth::refuse("invalid_redirect_uri", "redirect_uri is not one the client registered");
  }
  co_return *std::move(client);
}

Result<store::PendingAuthorization> AuthorizeEndpoint::check(const oauth::Parameters& parameters, const store::Client& client) const {
  if (parameters.duplicate()) return bad_request("the parameter " + *parameters.duplicate() + " is given twice");
  store::PendingAuthorization login;
  login.client_id = client.id;
  login.redirect_uri = parameters.get("redirect_uri");
  login.state = parameters.get("state");
  login.nonce = parameters.get("nonce");
  if (login.state.size() > kMaxState) return bad_request("state is longer than 2048 bytes");
  if (login.nonce.size() > kMaxNonce) return bad_request("nonce is longer than 1024 bytes");
  TRY_VOID(check_response_type(parameters, client));
  TRY_VOID(refuse_unsupported(parameters));
  TRY(login.code_challenge, check_pkce(parameters));
  TRY(login.scopes, scopes_for(parameters, client));
  TRY(auto resource, oauth::requested_resource(parameters.all("resource"), context_.login_resources()));
  login.resource = resource.value_or("");
  login.refresh_allowed = may_use(client, oauth::kRefreshToken);
  return login;
}

// Without a scope the client gets what it registered (RFC 6749 §3.3 "pre-defined default"), but not the right to stay signed
// in for weeks, which has to be asked for.
Result<std::vector<std::string>> AuthorizeEndpoint::scopes_for(const oauth::Parameters& parameters, const store::Client& client) const {
  auto scopes = oauth::parse_scope(parameters.get("scope"));
  if (!scopes) return oauth::refuse("invalid_scope", scopes.error().message());
  if (scopes->empty()) {
    *scopes = client.scopes;
    std::erase(*scopes, "offline_access");
  }
  if (const auto* missing = oauth::first_missing(*scopes, client.scopes)) {
    return oauth::refuse("invalid_scope", "the client is not registered for the scope " + *missing);
  }
  return scopes;
}

}  // namespace vmcpauth::authserver
