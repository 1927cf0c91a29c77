#include "core/authserver/access_tokens.hpp"

#include "core/oauth/scope.hpp"

namespace vmcpauth::authserver {

AccessTokenClaims claims_of(const Context& context, const store::Grant& grant, std::vector<std::string> scopes) {
  AccessTokenClaims claims;
  claims.subject = grant.user_id;
  claims.client_id = grant.client_id;
  claims.session_id = grant.session_id;
  claims.name = grant.user_name;
  claims.email = grant.user_email;
  claims.scopes = std::move(scopes);
  claims.audiences = grant.audiences;
  claims.lifetime = context.config.lifespans.access_token;
  return claims;
}

Result<Json> issue_access_token(const Context& context, const AccessTokenClaims& claims) {
  const auto issued_at = unix_seconds(context.now());
  Json body{{"iss", context.endpoints.issuer},
            {"sub", claims.subject},
            {"iat", issued_at},
            {"exp", issued_at + claims.lifetime.count()},
            {"jti", context.deps.random.token(16)},
            {"client_id", claims.client_id},
            {"scope", oauth::join_scope(claims.scopes)},
            {"scp", claims.scopes}};
  if (claims.audiences.size() == 1) {
    body["aud"] = claims.audiences.front();
  } else {
    body["aud"] = claims.audiences;
  }
  if (!claims.session_id.empty()) body["tsid"] = claims.session_id;
  if (!claims.name.empty()) body["name"] = claims.name;
  if (!claims.email.empty()) body["email"] = claims.email;
  if (!claims.act.is_null()) body["act"] = claims.act;
  TRY(auto jwt, context.keys.sign("at+jwt", body));
  Json response{{"access_token", std::move(jwt)}, {"token_type", "Bearer"}, {"expires_in", claims.lifetime.count()}};
  if (!claims.scopes.empty()) response["scope"] = oauth::join_scope(claims.scopes);
  return response;
}

}  // namespace vmcpauth::authserver
