// What is asked about tokens after they were issued: userinfo (OIDC Core §5.3), revocation (RFC 7009), introspection (RFC 7662).
#include <tuple>
#include <utility>

#include "core/base/json.hpp"
#include "proxy/demo/parameters.hpp"
#include "proxy/demo/provider_context.hpp"
#include "proxy/demo/token_answer.hpp"
#include "proxy/demo/token_mint.hpp"

namespace vmcpauth::proxy {
namespace {

http::Response challenge(int status, std::string_view error) {
  auto response = json_no_store(status, dump_json({{"error", error}}));
  response.headers.set("WWW-Authenticate", "Bearer error=\"" + std::string(error) + "\"");
  return response;
}

Json userinfo_body(const ProviderContext& context, const DemoUser& user) {
  const UserInfoAnswer& answer = context.spec.userinfo_answer;
  Json body = {{"email_verified", true}};
  if (context.spec.kind == ProviderKind::Oidc) body["sub"] = user.subject;  // OIDC Core §5.3.2
  for (const auto& [fields, value] :
       {std::pair{&answer.subject_fields, &user.subject}, {&answer.name_fields, &user.name}, {&answer.email_fields, &user.email}}) {
    if (!fields->empty()) body[fields->front()] = *value;
  }
  return body;
}

Json introspection_body(ProviderContext& context, const std::string& token) {
  if (const auto own = own_access_token(context, token)) {
    Json body = {{"active", true}, {"token_type", "Bearer"}};
    for (const char* name : {"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "act"}) {
      if (own->token.claims().contains(name)) body[name] = own->token.claims().at(name);
    }
    body["username"] = own->grant.user.name;
    return body;
  }
  if (const auto refresh = context.state.grant_of_refresh_token(token)) {
    return Json{{"active", true},
                {"iss", context.spec.issuer},
                {"sub", refresh->grant.user.subject},
                {"client_id", refresh->grant.client_id},
                {"scope", join_scope(refresh->grant.scopes)}};
  }
  return Json{{"active", false}};
}

Result<void> revoke(ProviderContext& context, const http::Request& request) {
  TRY(const auto form, Parameters::of_form(request));
  TRY(const auto client, authenticate_client(context, request, form));
  const auto token = form.get("token");
  if (!token) return oauth_fail("invalid_request", "token is missing");
  std::string grant_id, owner;
  if (const auto own = own_access_token(context, *token)) {
    std::tie(grant_id, owner) = std::pair(own->grant_id, own->grant.client_id);
  } else if (const auto refresh = context.state.grant_of_refresh_token(*token)) {
    std::tie(grant_id, owner) = std::pair(refresh->id, refresh->grant.client_id);
  } else {
    return {};  // RFC 7009 §2.2: an unknown token is as good as revoked
  }
  if (owner != client->client_id) return oauth_fail("unauthorized_client", "the token is another client's");
  context.state.revoke(grant_id);
  return {};
}

Result<Json> introspect(ProviderContext& context, const http::Request& request) {
  TRY(const auto form, Parameters::of_form(request));
  TRY(const auto client, authenticate_client(context, request, form));
  if (!client->client_secret) return oauth_fail("invalid_client", "a public client may not introspect");
  const auto token = form.get("token");
  if (!token) return oauth_fail("invalid_request", "token is missing");
  return introspection_body(context, *token);
}

}  // namespace

http::Response answer_userinfo(ProviderContext& context, const http::Request& request) {
  if (!request.headers.contains("Authorization")) {
    auto response = json_no_store(401, "{}");
    response.headers.set("WWW-Authenticate", "Bearer");
    return response;
  }
  const auto token = bearer_token(request);
  if (!token) return challenge(400, "invalid_request");
  const auto own = own_access_token(context, *token);
  if (!own || own->grant.exchanged) return challenge(401, "invalid_token");
  if (context.spec.kind == ProviderKind::Oidc && !has_scope(own->token.scopes(), "openid")) return challenge(403, "insufficient_scope");
  return json_no_store(200, dump_json(userinfo_body(context, own->grant.user)));
}

http::Response answer_revoke(ProviderContext& context, const http::Request& request) {
  const auto done = revoke(context, request);
  return done ? json_no_store(200, "{}") : oauth_error_response(done.error());
}

http::Response answer_introspect(ProviderContext& context, const http::Request& request) {
  const auto body = introspect(context, request);
  return body ? json_no_store(200, dump_json(*body)) : oauth_error_response(body.error());
}

}  // namespace vmcpauth::proxy
