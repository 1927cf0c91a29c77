#include "proxy/aggregate/backend_messages.hpp"

namespace vmcpauth::proxy {
namespace {

std::optional<mcp::RequestId> id_of(const Json& value) {
  if (value.is_string()) return mcp::RequestId(value.get<std::string>());
  if (value.is_number_integer()) return mcp::RequestId(value.get<std::int64_t>());
  return std::nullopt;
}

// A resource that the client reads from another backend: this one has nothing to say about it.
bool is_of_another(Session& session, std::size_t backend, const Json& params) {
  const auto uri = params.find("uri");
  if (uri == params.end() || !uri->is_string()) return true;
  const auto* route = session.shelf().view()->route_of_uri(uri->get_ref<const std::string&>());
  return route != nullptr && route->backend != session.house().peers[backend]->name();
}

std::optional<mcp::RequestId> progress_token(const Json& params) {
  const auto meta = params.find("_meta");
  if (meta == params.end()) return std::nullopt;
  return id_of(meta->value("progressToken", Json()));
}

}  // namespace

Json not_possible(std::string message) { return {{"code", static_cast<int>(mcp::RpcCode::MethodNotFound)}, {"message", std::move(message)}}; }

bool take_change(Session& session, std::size_t backend, const mcp::Message& message) {
  const bool list = message.method.starts_with("notifications/") && message.method.ends_with("/list_changed");
  if (!list && message.method != "notifications/resources/updated") return false;
  if (list) {
    session.shelf().mark_stale(backend);
  } else if (is_of_another(session, backend, message.params)) {
    return true;
  }
  session.notify(message.method, message.params);
  return true;
}

void take_withdrawal(Session& session, const Link& link, const mcp::Message& message) {
  if (const auto id = id_of(message.params.value("requestId", Json()))) session.withdraw(link, *id, message.params);
}

bool is_loud_enough(const Session& session, const std::optional<std::string>& request_level, const Json& params) {
  const bool legacy = session.facts().era == mcp::Era::Legacy;
  const auto wanted = legacy ? session.log_level() : request_level;
  if (!wanted) return legacy;
  const auto level = params.value("level", Json());
  const auto severity = level.is_string() ? mcp::log_severity(level.get_ref<const std::string&>()) : std::nullopt;
  const auto threshold = mcp::log_severity(*wanted);
  return !severity || !threshold || *severity >= *threshold;
}

std::optional<std::string> answer_for_client(const Session& session, const mcp::Message& request) {
  if (request.method == "ping") return mcp::response_text(*request.id, Json::object());
  const auto capability = mcp::capability_of_request(request.method);
  if (capability.empty()) return mcp::error_response_text(*request.id, not_possible("Method not found: " + request.method));
  if (session.facts().client_capabilities.contains(capability)) return std::nullopt;
  return mcp::error_response_text(*request.id, not_possible("The client does not support " + std::string(capability)));
}

bool forward_request(SessionPtr session, std::shared_ptr<Link> link, const mcp::Message& request, OutletPtr outlet, std::move_only_function<void()> answered) {
  const auto backend_id = *request.id;
  auto params = mcp::params_for_client(request.params);
  const auto token = progress_token(request.params);
  auto answer = [weak = std::weak_ptr<Session>(session), link, backend_id, answered = std::move(answered)](mcp::Message response) mutable {
    answered();
    const auto alive = weak.lock();
    if (!alive) return;
    const auto text = response.result.is_null() ? mcp::error_response_text(backend_id, response.error)
                                                : mcp::response_text(backend_id, mcp::params_for_client(response.result));
    post_to_backend(alive, link, text);
  };
  const auto id = session->ask_client({.answer = std::move(answer), .link = link, .backend_id = backend_id, .backend_token = token, .outlet = outlet});
  if (!id || !outlet) {
    post_to_backend(session, link, mcp::error_response_text(backend_id, not_possible("The client cannot be asked now")));
    return false;
  }
  if (token) params["_meta"]["progressToken"] = *id;
  outlet->push(mcp::request_text(*id, request.method, std::move(params)));
  return true;
}

void StreamMessages::on_message(mcp::Message message) {
  const auto link = session_->link(backend_);
  if (message.kind == mcp::MessageKind::Request) {
    auto answer = answer_for_client(*session_, message);
    const bool legacy = session_->facts().era == mcp::Era::Legacy;
    // A client of 2026-07-28 is only asked within a request of its own.
    if (!answer && !legacy) answer = mcp::error_response_text(*message.id, not_possible("The client can only be asked while it waits for an answer"));
    if (answer) {
      post_to_backend(session_, link, *std::move(answer));
    } else {
      static_cast<void>(forward_request(session_, link, message, session_->main_outlet(), [] {}));
    }
    return;
  }
  if (take_change(*session_, backend_, message)) return;
  if (message.method == "notifications/cancelled") return take_withdrawal(*session_, *link, message);
  if (session_->facts().era != mcp::Era::Legacy || message.method == "notifications/progress") return;
  auto params = mcp::params_for_client(std::move(message.params));
  if (message.method == "notifications/message" && !is_loud_enough(*session_, std::nullopt, params)) return;
  session_->main_outlet()->push(mcp::notification_text(message.method, std::move(params)));
}

}  // namespace vmcpauth::proxy
