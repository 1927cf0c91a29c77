#include "proxy/demo/mcp_backend.hpp"

#include <algorithm>
#include <utility>

#include "core/base/guarded.hpp"
#include "core/base/url.hpp"
#include "core/mcp/json_rpc.hpp"
#include "core/mcp/revision.hpp"
#include "proxy/demo/bearer_report.hpp"
#include "proxy/demo/expiring_map.hpp"
#include "proxy/demo/loopback_guard.hpp"
#include "proxy/demo/mcp_answer.hpp"
#include "proxy/demo/mcp_tools.hpp"
#include "proxy/demo/parameters.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr Seconds kSessionIdle = std::chrono::hours(1);
constexpr std::string_view kEndpoint = "/mcp";
constexpr std::string_view kResourceMetadata = "/.well-known/oauth-protected-resource";

// A session belongs to whoever opened it: its id alone is no credential.
struct DemoSession {
  std::string caller;
};

std::string caller_of(const BearerReport& bearer) {
  if (bearer.state != BearerReport::State::Verified) return {};
  return text_claim(bearer.claims, "iss") + "\n" + text_claim(bearer.claims, "sub");
}

// quoted-string without the need for escapes (RFC 9110 §5.6.4).
std::string header_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' || c == '\\' || c < 0x20 || c > 0x7E ? '\'' : c;
  return out + "\"";
}

http::Response rpc_error(int status, const std::optional<mcp::RequestId>& id, mcp::RpcCode code, std::string message) {
  return mcp_answer(status, AnswerType::Json, mcp::error_text(id, {.code = code, .message = std::move(message), .data = {}}));
}

}  // namespace

struct McpBackend::Parts {
  McpBackendSpec spec;
  Url origin;
  const TrustedIssuers& trust;
  const Clock& clock;
  Random& random;
  Guarded<ExpiringMap<DemoSession>> sessions{ExpiringMap<DemoSession>(2'000)};

  struct Call {
    const http::Request& http;
    const BearerReport& bearer;
    AnswerType type;
    const mcp::Message& message;
  };

  http::Response answer(const http::Request& request);
  http::Response resource_metadata() const;
  http::Response challenge(const BearerReport& bearer) const;
  http::Response post(const http::Request& request, const BearerReport& bearer);
  http::Response modern(const Call& call);
  http::Response legacy(const Call& call);
  http::Response initialize(const Call& call);
  http::Response end_session(const http::Request& request, const BearerReport& bearer);
  // 0, or the status that refuses the session id of the request; a found session lives on.
  int session_status(const http::Request& request, const BearerReport& bearer);
  http::Response finish(const Call& call, std::expected<Json, mcp::RpcError> result, bool complete) const;
};

http::Response McpBackend::Parts::resource_metadata() const {
  Json document = {
      {"resource", spec.origin + std::string(kEndpoint)}, {"resource_name", "vmcpauth demo: " + spec.name}, {"bearer_methods_supported", {"header"}}};
  if (spec.required) document["authorization_servers"] = {spec.required->issuer};
  return http::Response::json(200, dump_json(document));
}

http::Response McpBackend::Parts::challenge(const BearerReport& bearer) const {
  std::string value = "Bearer realm=" + header_quoted(spec.name) +
                      ", resource_metadata=" + header_quoted(spec.origin + std::string(kResourceMetadata) + std::string(kEndpoint));
  // RFC 6750 §3.1: no error code when there was no credential at all.
  if (bearer.state != BearerReport::State::None) value += ", error=\"invalid_token\", error_description=" + header_quoted(bearer.why);
  auto response = json_no_store(
      401, dump_json({{"error", bearer.state == BearerReport::State::None ? "unauthorized" : "invalid_token"}, {"error_description", bearer.why}}));
  response.headers.set("WWW-Authenticate", std::move(value));
  return response;
}

http::Response McpBackend::Parts::answer(const http::Request& request) {
  if (!host_is_own(request, origin)) return http::Response::text(421, "this server is not what the Host header names\n");
  if (!origin_is_local(request)) return rpc_error(403, std::nullopt, mcp::RpcCode::InvalidRequest, "the Origin is not allowed");
  if (request.path == kResourceMetadata || request.path == std::string(kResourceMetadata) + std::string(kEndpoint)) {
    return request.method == "GET" ? resource_metadata() : method_not_allowed("GET");
  }
  if (request.path != kEndpoint) return http::Response::text(404, "not found\n");
  const auto bearer = report_bearer(request, trust, spec.required, clock.now());
  if (spec.required && bearer.state != BearerReport::State::Verified) return challenge(bearer);
  if (request.method == "POST") return post(request, bearer);
  if (request.method == "DELETE") return end_session(request, bearer);
  return method_not_allowed("POST, DELETE");  // GET: no stream is offered
}

http::Response McpBackend::Parts::post(const http::Request& request, const BearerReport& bearer) {
  if (request.content_type() != "application/json") return rpc_error(415, std::nullopt, mcp::RpcCode::InvalidRequest, "the body is not application/json");
  const auto type = negotiate_answer(request, spec.prefer_event_stream);
  if (!type) return rpc_error(406, std::nullopt, mcp::RpcCode::InvalidRequest, "neither application/json nor text/event-stream is accepted");
  const auto message = mcp::parse_message(request.body);
  if (!message) return mcp_answer(400, AnswerType::Json, mcp::error_text(message.error().id, message.error().error));
  const Call call{request, bearer, *type, *message};
  return mcp::era_of(*message, request.headers) == mcp::Era::Modern ? modern(call) : legacy(call);
}

http::Response McpBackend::Parts::finish(const Call& call, std::expected<Json, mcp::RpcError> result, bool complete) const {
  const auto& id = call.message.id;
  if (!result) return mcp_answer(200, call.type, mcp::error_text(id, result.error()));
  if (complete) {
    (*result)["resultType"] = "complete";
    (*result)["_meta"][std::string(mcp::kMetaServerInfo)] = server_info(spec.name);
  }
  return mcp_answer(200, call.type, mcp::result_text(*id, *std::move(result)));
}

http::Response McpBackend::Parts::modern(const Call& call) {
  const auto& message = call.message;
  if (message.kind == mcp::MessageKind::Response) return rpc_error(400, std::nullopt, mcp::RpcCode::InvalidRequest, "this server sends no requests");
  if (message.kind == mcp::MessageKind::Notification) return {.status = 202};
  if (const auto error = mcp::check_modern_request(message, call.http.headers)) {
    return mcp_answer(400, AnswerType::Json, mcp::error_text(message.id, *error));
  }
  if (message.method == "tools/call") return finish(call, call_tool(message.params, call.bearer, spec.name, clock.now()), true);
  // Cacheable results (server/utilities/caching): the same for everybody.
  if (message.method == "tools/list") return finish(call, Json{{"tools", tool_list()}, {"ttlMs", 300'000}, {"cacheScope", "public"}}, true);
  if (message.method == "server/discover") {
    return finish(call,
                  Json{{"supportedVersions", mcp::kRevisions},
                       {"capabilities", {{"tools", Json::object()}}},
                       {"instructions", server_instructions(spec.name)},
                       {"ttlMs", 300'000},
                       {"cacheScope", "public"}},
                  true);
  }
  return rpc_error(404, message.id, mcp::RpcCode::MethodNotFound, "Method not found");
}

http::Response McpBackend::Parts::initialize(const Call& call) {
  const auto version = required_string(call.message.params, "protocolVersion");
  if (!version || !call.message.id) return rpc_error(400, call.message.id, mcp::RpcCode::InvalidParams, "initialize is a request with a protocolVersion");
  const std::string agreed(mcp::is_legacy_revision(*version) ? std::string_view(*version) : mcp::kLegacyRevision);
  const std::string id = random.uuid();
  const auto now = clock.now();
  sessions.with([&](auto& map) { map.put(id, DemoSession{caller_of(call.bearer)}, now + kSessionIdle, now); });
  auto response = finish(call,
                         Json{{"protocolVersion", agreed},
                              {"capabilities", {{"tools", Json::object()}}},
                              {"serverInfo", server_info(spec.name)},
                              {"instructions", server_instructions(spec.name)}},
                         false);
  response.headers.set("Mcp-Session-Id", id);
  return response;
}

int McpBackend::Parts::session_status(const http::Request& request, const BearerReport& bearer) {
  if (request.headers.count("Mcp-Session-Id") != 1) return 400;
  const std::string id(*request.headers.get("Mcp-Session-Id"));
  const auto now = clock.now();
  return sessions.with([&](auto& map) {
    DemoSession* session = map.find(id, now);
    if (session == nullptr || session->caller != caller_of(bearer)) return 404;
    map.put(id, DemoSession(*session), now + kSessionIdle, now);
    return 0;
  });
}

http::Response McpBackend::Parts::legacy(const Call& call) {
  const auto& message = call.message;
  if (message.method == "initialize") return initialize(call);
  const auto version = call.http.headers.get("MCP-Protocol-Version");
  if (call.http.headers.count("MCP-Protocol-Version") > 1 || (version && !mcp::is_legacy_revision(*version))) {
    return mcp_answer(400, AnswerType::Json, mcp::error_text(message.id, mcp::unsupported_version(*version)));
  }
  if (const int status = session_status(call.http, call.bearer)) {
    return rpc_error(status, message.id, mcp::RpcCode::InvalidRequest,
                     status == 404 ? "the session is unknown or over" : "Mcp-Session-Id is missing; initialize first");
  }
  if (message.kind != mcp::MessageKind::Request) return {.status = 202};
  if (message.method == "ping") return finish(call, Json::object(), false);
  if (message.method == "tools/list") return finish(call, Json{{"tools", tool_list()}}, false);
  if (message.method == "tools/call") return finish(call, call_tool(message.params, call.bearer, spec.name, clock.now()), false);
  return finish(call, std::unexpected(mcp::RpcError{.code = mcp::RpcCode::MethodNotFound, .message = "Method not found", .data = {}}), false);
}

http::Response McpBackend::Parts::end_session(const http::Request& request, const BearerReport& bearer) {
  if (const int status = session_status(request, bearer)) return http::Response::text(status, "no such session\n");
  sessions.with([&](auto& map) { map.erase(std::string(*request.headers.get("Mcp-Session-Id"))); });
  return {.status = 204};
}

Result<std::unique_ptr<McpBackend>> McpBackend::make(McpBackendSpec spec, const TrustedIssuers& trust, const Clock& clock, Random& random) {
  TRY(auto origin, Url::parse(spec.origin));
  if (origin.origin() != spec.origin) return fail(ErrorCode::InvalidInput, "the origin of a demo backend is more than an origin");
  return std::unique_ptr<McpBackend>(new McpBackend(std::make_unique<Parts>(std::move(spec), std::move(origin), trust, clock, random)));
}

McpBackend::McpBackend(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
McpBackend::~McpBackend() = default;

Task<http::Response> McpBackend::handle(http::Request request) { co_return parts_->answer(request); }

}  // namespace vmcpauth::proxy
