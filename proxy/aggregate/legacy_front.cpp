#include "proxy/aggregate/legacy_front.hpp"

#include <algorithm>

#include "proxy/aggregate/watch.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr std::string_view kMainStream = "0";

mcp::RpcError rpc_error(mcp::RpcCode code, std::string message) { return {.code = code, .message = std::move(message), .data = {}}; }

std::optional<mcp::RequestId> id_member(const Json& params, const char* name) {
  const auto value = params.find(name);
  if (value == params.end()) return std::nullopt;
  if (value->is_string()) return mcp::RequestId(value->get<std::string>());
  if (value->is_number_integer()) return mcp::RequestId(value->get<std::int64_t>());
  return std::nullopt;
}

bool accepts_events(const http::Request& head) {
  const auto accept = http::to_lower(head.headers.get("accept").value_or("*/*"));
  return accept.find("text/event-stream") != std::string::npos || accept.find("*/*") != std::string::npos || accept.find("text/*") != std::string::npos;
}

// 2025-11-25 is the first revision whose clients take an event without data.
bool takes_priming(const Session& session) { return session.facts().version == mcp::kLegacyRevision; }

}  // namespace

Task<void> answer_json(Exchange& exchange, int status, std::string text) {
  auto response = http::Response::json(status, std::move(text));
  const auto sent = co_await exchange.respond(std::move(response));
  static_cast<void>(sent);
}

Task<void> answer_empty(Exchange& exchange, int status) {
  http::Response response{.status = status, .headers = {}, .body = {}};
  const auto sent = co_await exchange.respond(std::move(response));
  static_cast<void>(sent);
}

void note_backend(RequestRecord& record, const BackendPeer& peer) {
  record.backend = peer.name();
  record.strategy = peer.mounted().auth->strategy();
  record.provider = peer.mounted().auth->provider();
}

Task<StreamEnd> deliver_call(Exchange& exchange, std::shared_ptr<Call> call, ClientStream stream, bool cancels, RequestRecord& record) {
  const auto end = co_await send_stream(exchange, std::move(stream));
  record.outgoing_ms = call->times().outgoing_ms;
  record.forward.first_byte_ms = call->times().backend_ms;
  if (const int status = call->times().status) record.forward.backend_status = status;
  if (end == StreamEnd::ClientLeft && cancels) call->cancel();
  co_return end;
}

Task<SessionPtr> LegacyFront::session_of(Exchange& exchange, Caller caller, std::optional<mcp::RequestId> id) {
  const auto& headers = exchange.head().headers;
  const auto header = headers.get(kSessionHeader);
  if (!header || headers.count(kSessionHeader) > 1) {
    auto text = mcp::error_text(id, rpc_error(mcp::RpcCode::InvalidRequest, "Bad Request: exactly one Mcp-Session-Id is needed; begin with initialize"));
    co_await answer_json(exchange, 400, std::move(text));
    co_return nullptr;
  }
  auto session = sessions_.find(*header, *caller.identity);
  if (!session) {
    auto text = mcp::error_text(id, rpc_error(mcp::RpcCode::InvalidRequest, "Session not found; begin again with initialize"));
    co_await answer_json(exchange, 404, std::move(text));
    co_return nullptr;
  }
  session->seen(std::move(caller), house_->dependencies.clock.steady());
  co_return session;
}

Task<void> LegacyFront::post(Exchange& exchange, Caller caller, mcp::Message message, RequestRecord& record) {
  if (message.kind == mcp::MessageKind::Request && message.method == "initialize") {
    co_await initialize(exchange, std::move(caller), std::move(message));
    co_return;
  }
  std::optional<mcp::RequestId> id;
  if (message.kind == mcp::MessageKind::Request) id = message.id;
  auto session = co_await session_of(exchange, caller, std::move(id));
  if (!session) co_return;
  switch (message.kind) {
    case mcp::MessageKind::Request: co_await request(exchange, std::move(session), std::move(caller), std::move(message), record); co_return;
    case mcp::MessageKind::Notification: notification(session, std::move(message)); break;
    case mcp::MessageKind::Response: static_cast<void>(session->answer(std::move(message))); break;
  }
  co_await answer_empty(exchange, 202);
}

Task<void> LegacyFront::initialize(Exchange& exchange, Caller caller, mcp::Message message) {
  const auto requested = optional_string(message.params, "protocolVersion");
  if (!requested || !*requested) {
    auto text = mcp::error_text(message.id, rpc_error(mcp::RpcCode::InvalidParams, "params has no string protocolVersion"));
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  const std::string version(mcp::is_legacy_revision(**requested) ? std::string_view(**requested) : mcp::kLegacyRevision);
  auto capabilities = message.params.value("capabilities", Json::object());
  if (!capabilities.is_object()) capabilities = Json::object();
  auto session = sessions_.open(caller, version, std::move(capabilities));
  if (!session) {
    auto busy = error_response(503, "too_many_sessions", "Too many MCP sessions are open; end one with DELETE or wait.");
    const auto sent = co_await exchange.respond(std::move(busy));
    static_cast<void>(sent);
    co_return;
  }
  auto declared = co_await declared_capabilities(session, std::move(caller));
  Json result{{"protocolVersion", version}, {"serverInfo", mcp::to_json(house_->dependencies.self)}};
  result["capabilities"] = mcp::merged_capabilities(declared, mcp::Era::Legacy);
  if (auto instructions = merged_instructions(*house_); !instructions.empty()) result["instructions"] = std::move(instructions);
  auto response = http::Response::json(200, mcp::result_text(*message.id, std::move(result)));
  response.headers.set(kSessionHeader, session->facts().id);
  const auto sent = co_await exchange.respond(std::move(response));
  if (!sent) sessions_.close(session);
}

Task<void> LegacyFront::request(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record) {
  if (is_routed(message.method)) {
    co_await call(exchange, std::move(session), std::move(caller), std::move(message), record);
    co_return;
  }
  std::string text;
  const auto id = *message.id;
  if (const auto kind = listed_kind(message.method)) {
    text = co_await list_answer(std::move(session), std::move(caller), *kind, std::move(message));
  } else if (message.method == "ping") {
    text = mcp::result_text(id, Json::object());
  } else if (message.method == "logging/setLevel") {
    text = co_await set_level(std::move(session), std::move(caller), std::move(message));
  } else if (message.method == "resources/subscribe" || message.method == "resources/unsubscribe") {
    text = co_await subscribe(std::move(session), std::move(caller), std::move(message), record);
  } else {
    text = mcp::error_text(id, rpc_error(mcp::RpcCode::MethodNotFound, "Method not found: " + message.method));
  }
  co_await answer_json(exchange, 200, std::move(text));
}

Task<void> LegacyFront::call(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record) {
  const auto id = *message.id;
  auto routed = co_await find_route(session, caller, std::move(message));
  if (!routed) {
    auto text = mcp::error_text(id, routed.error());
    co_await answer_json(exchange, 200, std::move(text));
    co_return;
  }
  note_backend(record, *house_->peers[routed->backend]);
  auto outlet = std::make_shared<Outlet>();
  auto call = std::make_shared<Call>(session, routed->backend, id, std::move(routed->request), std::move(caller), outlet);
  if (!session->add_call(id, call)) {
    auto text = mcp::error_text(id, rpc_error(mcp::RpcCode::InvalidRequest, "The request id is in use, or too many requests are under way"));
    co_await answer_json(exchange, 200, std::move(text));
    co_return;
  }
  const auto name = std::to_string(session->next_id());
  session->keep_stream(name, outlet);
  Call::begin(call);
  ClientStream stream{
      .outlet = std::move(outlet), .name = name, .accepts_events = accepts_events(exchange.head()), .prime = takes_priming(*session), .headers = {}};
  // A client that is gone may come back for the rest: only notifications/cancelled ends the call.
  const auto end = co_await deliver_call(exchange, std::move(call), std::move(stream), false, record);
  if (end == StreamEnd::Delivered) session->forget_stream(name);
}

Task<std::string> LegacyFront::set_level(SessionPtr session, Caller caller, mcp::Message message) {
  const auto level = optional_string(message.params, "level");
  if (!level || !*level || !mcp::log_severity(**level)) co_return mcp::error_text(message.id, rpc_error(mcp::RpcCode::InvalidParams, "Invalid log level"));
  session->set_log_level(**level);
  for (std::size_t i = 0; i < house_->peers.size(); ++i) {
    if (!session->link(i)->has_capability("logging")) continue;
    auto work = ask_backend(session, i, caller, message.method, {{"level", **level}});
    start(std::move(work), [](const Result<mcp::Message>&) {});
  }
  co_return mcp::result_text(*message.id, Json::object());
}

Task<std::string> LegacyFront::subscribe(SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record) {
  auto uri = required_string(message.params, "uri");
  if (!uri) co_return mcp::error_text(message.id, rpc_error(mcp::RpcCode::InvalidParams, "params has no string uri"));
  auto wanted = *uri;
  const auto backend = co_await backend_of_uri(session, caller, std::move(wanted));
  if (!backend) co_return mcp::error_text(message.id, rpc_error(mcp::RpcCode::InvalidParams, "Resource not found: " + printable(*uri, 200)));
  note_backend(record, *house_->peers[*backend]);
  const bool on = message.method == "resources/subscribe";
  if (house_->peers[*backend]->revision() == Revision::Modern) {
    session->subscribe(*uri, on);
    watch_again(session);
    co_return mcp::result_text(*message.id, Json::object());
  }
  Json params{{"uri", *uri}};
  auto answer = co_await ask_backend(session, *backend, std::move(caller), message.method, std::move(params));
  if (!answer) co_return mcp::error_response_text(*message.id, call_failure(*house_->peers[*backend], answer.error()));
  if (answer->result.is_null()) co_return mcp::error_response_text(*message.id, mcp::error_for_client(answer->error, mcp::Era::Legacy));
  co_return mcp::result_text(*message.id, Json::object());
}

void LegacyFront::notification(const SessionPtr& session, mcp::Message message) {
  if (message.method == "notifications/cancelled") {
    if (const auto id = id_member(message.params, "requestId")) session->cancel_call(*id);
  } else if (message.method == "notifications/progress") {
    session->client_progress(std::move(message.params));
  } else if (message.method == "notifications/roots/list_changed") {
    for (std::size_t i = 0; i < house_->peers.size(); ++i) {
      auto link = session->link(i);
      if (link->is_open()) post_to_backend(session, std::move(link), mcp::notification_text(message.method, mcp::params_for_client(message.params)));
    }
  }
}

Task<void> LegacyFront::get(Exchange& exchange, Caller caller) {
  std::optional<mcp::RequestId> no_id;
  auto session = co_await session_of(exchange, std::move(caller), std::move(no_id));
  if (!session) co_return;
  if (!accepts_events(exchange.head())) {
    co_await answer_empty(exchange, 406);
    co_return;
  }
  ClientStream stream{
      .outlet = session->main_outlet(), .name = std::string(kMainStream), .may_be_json = false, .prime = takes_priming(*session), .headers = {}};
  stream.after = stream.outlet->taken();
  if (const auto last = exchange.head().headers.get("last-event-id")) {
    const auto place = parse_event_id(*last);
    const auto resumed = place ? session->stream(place->first) : nullptr;
    if (!resumed) {
      co_await answer_empty(exchange, 404);
      co_return;
    }
    stream.outlet = resumed;
    stream.name = place->first;
    stream.after = place->second;
  }
  const std::string name = stream.name;
  stream.ends_with_server = name == kMainStream;
  session->add_listener(1);
  watch_backends(session);
  const auto end = co_await send_stream(exchange, std::move(stream));
  if (end == StreamEnd::Delivered && name != kMainStream) session->forget_stream(name);
  session->add_listener(-1);
  session->seen(session->caller(), house_->dependencies.clock.steady());
  if (!session->has_listeners()) session->end_watching();
}

Task<void> LegacyFront::remove(Exchange& exchange, Caller caller) {
  std::optional<mcp::RequestId> no_id;
  auto session = co_await session_of(exchange, std::move(caller), std::move(no_id));
  if (!session) co_return;
  sessions_.close(session);
  co_await answer_empty(exchange, 200);
}

}  // namespace vmcpauth::proxy
