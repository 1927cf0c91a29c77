#include "core/authserver/register_endpoint.hpp"

#include "core/authserver/client_directory.hpp"
#include "core/oauth/client_metadata.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr JsonLimits kLimits{.max_bytes = kMaxBodyBytes, .max_depth = 16};

Json described(const store::Client& client, const oauth::AcceptedClient& accepted, TimePoint now) {
  Json body{{"client_id", client.id},
            {"client_id_issued_at", unix_seconds(now)},
            {"redirect_uris", accepted.redirect_uris},
            {"token_endpoint_auth_method", accepted.token_endpoint_auth_method},
            {"grant_types", accepted.grant_types},
            {"response_types", accepted.response_types},
            {"scope", oauth::join_scope(accepted.scopes)}};
  if (!accepted.client_name.empty()) body["client_name"] = accepted.client_name;
  return body;
}

store::Client to_record(const oauth::AcceptedClient& accepted, const Context& context) {
  store::Client client;
  client.id = context.deps.random.uuid();
  client.redirect_uris = accepted.redirect_uris;
  client.grant_types = accepted.grant_types;
  client.response_types = accepted.response_types;
  client.scopes = accepted.scopes;
  client.audiences = context.config.allowed_audiences;
  client.token_endpoint_auth_method = accepted.forced ? "" : accepted.token_endpoint_auth_method;
  client.name = accepted.client_name;
  client.dcr_issued = true;
  client.created_at = context.now();
  return client;
}

http::Response refusal(const Error& error) {
  if (error.code() == ErrorCode::TooLarge) {
    auto full =
        http::Response::json(503, dump_json({{"error", "temporarily_unavailable"}, {"error_description", "No room for another client; try again later."}}));
    full.headers.set("Retry-After", "3600");
    return full;
  }
  const auto code = oauth::oauth_code(error);
  auto response = http::Response::json(oauth::http_status(code), dump_json({{"error", code}, {"error_description", client_text(error)}}));
  if (response.status == 429) response.headers.set("Retry-After", "1");
  return response;
}

}  // namespace

Task<http::Response> RegisterEndpoint::handle(http::Request request) {
  auto body = co_await enrol(std::move(request));
  auto response = body ? http::Response::json(201, dump_json(*body)) : refusal(body.error());
  if (!body) context_.deps.logger.warn("registration_refused", {{"code", oauth::oauth_code(body.error())}, {"detail", printable(body.error().describe())}});
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Pragma", "no-cache");
  co_return response;
}

Task<Result<Json>> RegisterEndpoint::enrol(http::Request request) {
  if (!limit_.admit()) co_return fail(ErrorCode::RateLimited, "too many registrations");
  if (request.content_type() != "application/json") co_return oauth::refuse("invalid_client_metadata", "Content-Type must be application/json");
  auto object = parse_json_object(request.body, kLimits);
  if (!object) co_return oauth::refuse("invalid_client_metadata", "the body: " + object.error().message());
  CO_TRY(auto metadata, oauth::parse_client_metadata(*object));
  CO_TRY(auto accepted, oauth::accept_registration(metadata, registration_policy(context_.config)));
  auto client = to_record(accepted, context_);
  auto response = described(client, accepted, context_.now());
  if (accepted.confidential) {
    const std::string secret = context_.deps.random.token(32);
    client.secret_hash = ClientDirectory::hash_secret(secret);
    response["client_secret"] = secret;
    response["client_secret_expires_at"] = 0;
  }
  const std::string id = client.id;
  CO_TRY_VOID(co_await context_.deps.store.put_client(std::move(client)));
  note(context_, LogLevel::Info,
       {.kind = EventKind::ClientRegistered,
        .client_id = id,
        .detail =
            "name: " + accepted.client_name + "; software: " + metadata.software_id + (accepted.forced ? "; made confidential for its redirect URI" : "")});
  co_return response;
}

}  // namespace vmcpauth::authserver
