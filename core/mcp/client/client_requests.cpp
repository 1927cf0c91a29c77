// The requests of Client: headers and metadata, one round trip, input on the way, pages, a lost session.
#include <algorithm>
#include <set>

#include "core/base/encoding.hpp"
#include "core/mcp/client/client.hpp"
#include "core/mcp/param_headers.hpp"
#include "core/mcp/revision.hpp"

namespace vmcpauth::mcp {
namespace {

constexpr std::size_t kMaxSessionBytes = 1024;
constexpr int kMaxInputRounds = 10;
constexpr int kMaxPages = 200;

// MCP 2025-11-25, transports, "Session Management": visible ASCII only.
bool is_session_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxSessionBytes && std::ranges::all_of(id, [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string request_text(const RequestId& id, const std::string& method, const Json& params) {
  return dump_json({{"jsonrpc", "2.0"}, {"id", to_json(id)}, {"method", method}, {"params", params}});
}

std::string notification_text(const std::string& method, const Json& params) { return dump_json({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}}); }

bool wants_progress(std::string_view method) {
  return !method.ends_with("/list") && method != "initialize" && method != "ping" && method != "server/discover" && method != "subscriptions/listen";
}

// An answer without JSON-RPC: what HTTP itself says.
Error http_failure(const Answer& answer) {
  const auto said = answer.body.empty() ? std::string() : ": " + answer.body;
  const auto status = "HTTP " + std::to_string(answer.status);
  if (answer.status == 401) return {ErrorCode::Unauthenticated, "the server wants a credential (" + status + ")"};
  if (answer.status == 403) return {ErrorCode::Forbidden, "the server refuses this (" + status + ")" + said};
  if (answer.status == 404) return {ErrorCode::NotFound, "no MCP server answers at this URL (" + status + ")" + said};
  if (answer.status == 429) return {ErrorCode::RateLimited, "too many requests (" + status + ")"};
  if (answer.status >= 300 && answer.status < 400) {
    return {ErrorCode::BadResponse, "the server redirects to " + printable(answer.headers.get("location").value_or("nowhere"), 200) + "; use that URL"};
  }
  return {ErrorCode::BadResponse, "the server answered " + status + said};
}

ServerError server_error(const Message& response, int status) {
  ServerError error{.status = status};
  if (const auto code = response.error.find("code"); code != response.error.end() && code->is_number_integer()) error.code = code->get<std::int64_t>();
  if (const auto text = response.error.find("message"); text != response.error.end() && text->is_string()) error.message = text->get<std::string>();
  if (const auto data = response.error.find("data"); data != response.error.end()) error.data = *data;
  return error;
}

bool asks_for_input(const Outcome& outcome) {
  if (!outcome.result.is_object()) return false;
  const auto type = outcome.result.find("resultType");
  return type != outcome.result.end() && *type == "input_required";
}

// Refused for a revision that the same answer offers: once more, then (basic/versioning, "Protocol Version Negotiation").
bool offers_again(const Outcome& outcome, std::string_view revision) {
  if (!outcome.error || outcome.error->code != static_cast<std::int64_t>(RpcCode::UnsupportedProtocolVersion) || !outcome.error->data.is_object()) return false;
  const auto supported = outcome.error->data.find("supported");
  return supported != outcome.error->data.end() && supported->is_array() && std::ranges::find(*supported, Json(revision)) != supported->end();
}

std::string next_cursor(const Json& result) {
  const auto cursor = result.find("nextCursor");
  return cursor != result.end() && cursor->is_string() ? cursor->get<std::string>() : std::string();
}

// Clients MUST leave out tools whose annotations are invalid, and SHOULD say which and why.
void drop_invalid_tools(Json& tools, ClientObserver& observer) {
  Json kept = Json::array();
  for (auto& tool : tools) {
    const auto schema = tool.is_object() ? tool.find("inputSchema") : tool.end();
    const auto checked = tool.is_object() && schema != tool.end() ? mirrored_parameters(*schema) : Result<std::vector<MirroredParameter>>{};
    if (checked) {
      kept.push_back(std::move(tool));
      continue;
    }
    const auto name = tool.value("name", Json());
    observer.on_warning("the tool " + (name.is_string() ? printable(name.get_ref<const std::string&>(), 100) : "without a name") +
                        " is left out: " + checked.error().message());
  }
  tools = std::move(kept);
}

}  // namespace

http::Headers Client::headers_for(const std::string& method, const Json& params, const http::Headers& extra) const {
  http::Headers headers;
  if (facts_.era == Era::Modern) {
    headers.set("MCP-Protocol-Version", facts_.revision);
    headers.set("Mcp-Method", method);
    const auto mirrored = named_parameter(method);
    const auto value = mirrored.empty() ? params.end() : params.find(mirrored);
    if (!mirrored.empty() && value != params.end() && value->is_string()) headers.set("Mcp-Name", encode_mcp_header(value->get_ref<const std::string&>()));
  } else if (initialized_) {
    // 2025-03-26 did not have it.
    if (facts_.revision != kRevisions.back()) headers.set("MCP-Protocol-Version", facts_.revision);
    if (!session_.empty()) headers.set("Mcp-Session-Id", session_);
  }
  for (const auto& header : settings_.headers) headers.set(header.name, header.value);
  for (const auto& header : extra) headers.set(header.name, header.value);
  return headers;
}

// What the caller put into _meta stays.
void Client::add_meta(Json& params, const RequestId& id) const {
  Json meta = params.contains("_meta") ? params["_meta"] : Json::object();
  if (!meta.is_object()) return;
  const auto add = [&](std::string_view name, Json value) {
    if (!meta.contains(name)) meta[std::string(name)] = std::move(value);
  };
  if (facts_.era == Era::Modern) {
    add(kMetaProtocolVersion, facts_.revision);
    add(kMetaClientInfo, {{"name", settings_.name}, {"version", settings_.version}});
    add(kMetaClientCapabilities, answers_.capabilities());
  }
  add("progressToken", to_json(id));
  params["_meta"] = std::move(meta);
}

Task<Result<Outcome>> Client::send(std::string method, Json params, http::Headers extra) {
  const RequestId id = ++last_id_;
  if (wants_progress(method)) {
    add_meta(params, id);
  } else if (facts_.era == Era::Modern) {
    add_meta(params, id);
    params["_meta"].erase("progressToken");
  }
  HttpExchange::Post post{
      .body = request_text(id, method, params), .headers = headers_for(method, params, extra), .id = id, .resumable = facts_.era == Era::Legacy};
  const bool had_session = !session_.empty();
  auto answer = co_await exchange_.post(std::move(post), on_message_);
  if (!answer) {
    if (answer.error().code() == ErrorCode::Cancelled && facts_.era == Era::Legacy && initialized_) {
      Json cancelled{{"requestId", to_json(id)}, {"reason", "cancelled by the user"}};
      auto body = notification_text("notifications/cancelled", cancelled);
      auto headers = headers_for({}, Json::object(), {});
      co_await exchange_.farewell("POST", std::move(headers), std::move(body));
    }
    co_return std::unexpected(std::move(answer).error());
  }
  if (answer->status == 404 && had_session) co_return fail(ErrorCode::Expired, "the session is gone (HTTP 404)");
  if (!answer->response) co_return std::unexpected(http_failure(*answer));
  if (method == "initialize" && !answer->response->result.is_null()) {
    const auto given = answer->headers.get("mcp-session-id");
    if (given && !is_session_id(*given)) {
      co_return fail(ErrorCode::BadResponse, "the server's Mcp-Session-Id is no visible ASCII");
    }
    session_ = given.value_or(std::string_view{});
  }
  Outcome outcome;
  if (answer->response->error.is_null()) {
    outcome.result = std::move(answer->response->result);
  } else {
    outcome.error = server_error(*answer->response, answer->status);
  }
  co_return outcome;
}

Task<Result<Outcome>> Client::request(std::string method, Json params, http::Headers extra) {
  auto outcome = co_await send_with_input(method, params, extra);
  if (outcome && facts_.era == Era::Modern && offers_again(*outcome, facts_.revision)) {
    auto once_more = co_await send_with_input(std::move(method), std::move(params), std::move(extra));
    co_return once_more;
  }
  if (outcome || outcome.error().code() != ErrorCode::Expired || facts_.era != Era::Legacy) co_return outcome;
  // MCP 2025-11-25, transports, "Session Management": start anew without a session id.
  observer_.on_warning("the session is gone; starting a new one");
  co_await close();
  CO_TRY_VOID(co_await initialize(facts_.revision));
  auto again = co_await send_with_input(std::move(method), std::move(params), std::move(extra));
  co_return again;
}

// Multi round-trip requests (2026-07-28, basic/patterns/mrtr): the same request again, with what the server asked for.
Task<Result<Outcome>> Client::send_with_input(std::string method, Json params, http::Headers extra) {
  Json next = params;
  for (int round = 0; round < kMaxInputRounds; ++round) {
    CO_TRY(auto outcome, co_await send(method, next, extra));
    if (facts_.era != Era::Modern || !asks_for_input(outcome)) co_return outcome;
    next = params;
    if (const auto requests = outcome.result.find("inputRequests"); requests != outcome.result.end()) {
      CO_TRY(next["inputResponses"], co_await input_for(*requests));
    }
    if (const auto state = outcome.result.find("requestState"); state != outcome.result.end()) next["requestState"] = *state;
  }
  co_return fail(ErrorCode::BadResponse, "the server asks for input again and again");
}

Task<Result<Json>> Client::input_for(Json requests) {
  Json responses = Json::object();
  if (!requests.is_object()) co_return fail(ErrorCode::BadResponse, "inputRequests is no object");
  for (auto& [key, request] : requests.items()) {
    CO_TRY(auto method, required_string(request, "method"));
    if (!covers(answers_.capabilities(), method) || method == "ping") {
      co_return fail(ErrorCode::Unsupported, "the server asks for " + printable(method, 60) + ", which was not offered");
    }
    Json params = request.value("params", Json::object());
    auto answer = co_await answers_.answer(method, std::move(params));
    if (!answer) co_return fail(ErrorCode::Denied, "the server's " + printable(method, 60) + " is not answered: " + answer.error().message);
    responses[key] = *std::move(answer);
  }
  co_return responses;
}

Task<Result<Outcome>> Client::list(std::string method, std::string member, Json params) {
  std::optional<Outcome> all;
  std::set<std::string> cursors;
  for (int page = 0; page < kMaxPages; ++page) {
    CO_TRY(auto outcome, co_await request(method, params, {}));
    if (outcome.error) co_return outcome;
    auto& items = outcome.result[member];
    if (!items.is_array()) co_return fail(ErrorCode::BadResponse, "the result of " + method + " has no list \"" + member + "\"");
    if (method == "tools/list" && facts_.era == Era::Modern) drop_invalid_tools(items, observer_);
    const auto cursor = next_cursor(outcome.result);
    outcome.result.erase("nextCursor");
    if (!all) {
      all = std::move(outcome);
    } else {
      auto& kept = all->result[member];
      kept.insert(kept.end(), items.begin(), items.end());
    }
    if (cursor.empty()) co_return *std::move(all);
    if (!cursors.insert(cursor).second) co_return fail(ErrorCode::BadResponse, method + " gives the same page again and again");
    params["cursor"] = cursor;
  }
  co_return fail(ErrorCode::TooLarge, method + " has more than " + std::to_string(kMaxPages) + " pages");
}

Task<Result<void>> Client::notify(std::string method, Json params) {
  HttpExchange::Post post{.body = notification_text(method, params), .headers = headers_for(method, params, {}), .id = {}, .resumable = false};
  CO_TRY(auto answer, co_await exchange_.post(std::move(post), on_message_));
  if (answer.status >= 300) co_return std::unexpected(http_failure(answer).note("while sending " + method));
  co_return Result<void>{};
}

}  // namespace vmcpauth::mcp
