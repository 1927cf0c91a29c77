#include "core/authserver/session_status.hpp"

#include <algorithm>

#include "core/jose/verifier.hpp"

namespace vmcpauth::authserver {
namespace {

http::Response status_answer(int status, const Json& body) {
  auto response = http::Response::json(status, dump_json(body));
  response.headers.set("Cache-Control", "no-store");
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  return response;
}

}  // namespace

Result<std::string> SessionStatus::session_of(const http::Headers& headers) const {
  const auto field = headers.get("authorization");
  if (!field || headers.count("authorization") > 1) return fail(ErrorCode::Unauthenticated, "there is no token");
  if (field->size() <= 7 || !http::equals_ignoring_case(field->substr(0, 7), "Bearer ")) return fail(ErrorCode::Unauthenticated, "no bearer token");
  TRY(const auto token, jose::UnverifiedToken::parse(field->substr(7)));
  const jose::VerifyPolicy policy{.algorithms = {context_.keys.algorithm()}, .issuer = context_.endpoints.issuer, .audiences = context_.login_resources()};
  TRY(const auto verified, jose::verify(token, policy, context_.keys.public_keys(), context_.now()));
  return required_string(verified.claims(), "tsid");
}

Json SessionStatus::provider_json(const std::string& provider, const std::vector<store::UpstreamTokens>& rows) const {
  Json json{{"provider", provider}, {"status", "missing"}};
  const auto row = std::ranges::find(rows, provider, &store::UpstreamTokens::provider);
  if (row == rows.end()) return json;
  const bool live = !row->expires_at || *row->expires_at > context_.now();
  json["status"] = live ? "live" : row->refresh_token.empty() ? "expired" : "renewable";
  if (!row->scopes.empty()) json["scopes"] = row->scopes;
  if (row->expires_at) json["expires_at"] = unix_seconds(*row->expires_at);
  return json;
}

Task<http::Response> SessionStatus::handle(http::Request request) {
  const auto session = session_of(request.headers);
  if (!session) co_return status_answer(401, {{"error", "invalid_token"}});
  auto rows = co_await context_.deps.store.list_upstream_tokens(*session, context_.now());
  if (!rows) co_return status_answer(503, {{"error", "temporarily_unavailable"}});
  Json providers = Json::array();
  for (const auto* provider : context_.deps.providers) providers.push_back(provider_json(provider->name(), *rows));
  co_return status_answer(200, {{"session", login_id(*session)}, {"providers", std::move(providers)}});
}

}  // namespace vmcpauth::authserver
