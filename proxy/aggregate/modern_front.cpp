#include "proxy/aggregate/modern_front.hpp"

#include "core/mcp/param_headers.hpp"
#include "proxy/aggregate/watch.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxStateBytes = 64U << 10U;
constexpr std::size_t kMaxSubscribedUris = 256;

mcp::RpcError bad_params(std::string message) { return {.code = mcp::RpcCode::InvalidParams, .message = std::move(message), .data = {}}; }

bool flag(const Json& object, const char* name) { return object.value(name, Json()) == true; }

std::shared_ptr<Subscription> read_filter(const mcp::Message& message, const OutletPtr& outlet) {
  const auto filter = message.params.find("notifications");
  if (filter == message.params.end() || !filter->is_object()) return nullptr;
  auto out = std::make_shared<Subscription>(Subscription{.id = *message.id, .uris = {}, .outlet = outlet});
  out->tools = flag(*filter, "toolsListChanged");
  out->prompts = flag(*filter, "promptsListChanged");
  out->resources = flag(*filter, "resourcesListChanged");
  const auto uris = filter->find("resourceSubscriptions");
  if (uris == filter->end()) return out;
  if (!uris->is_array() || uris->size() > kMaxSubscribedUris) return nullptr;
  for (const auto& uri : *uris) {
    if (!uri.is_string()) return nullptr;
    out->uris.insert(uri.get<std::string>());
  }
  return out;
}

std::string acknowledgement(const Subscription& subscription) {
  Json filter = Json::object();
  if (subscription.tools) filter["toolsListChanged"] = true;
  if (subscription.prompts) filter["promptsListChanged"] = true;
  if (subscription.resources) filter["resourcesListChanged"] = true;
  if (!subscription.uris.empty()) filter["resourceSubscriptions"] = subscription.uris;
  Json params{{"_meta", {{std::string(mcp::kMetaSubscriptionId), mcp::to_json(subscription.id)}}}};
  params["notifications"] = std::move(filter);
  return mcp::notification_text("notifications/subscriptions/acknowledged", std::move(params));
}

std::string farewell(const Subscription& subscription, const mcp::Implementation& self) {
  Json result = mcp::result_for_client(Json::object(), mcp::Era::Modern, false, self);
  result["_meta"][std::string(mcp::kMetaSubscriptionId)] = mcp::to_json(subscription.id);
  return mcp::response_text(subscription.id, result);
}

}  // namespace

Task<void> ModernFront::post(Exchange& exchange, Caller caller, mcp::Message message, RequestRecord& record) {
  if (message.kind == mcp::MessageKind::Notification) {
    co_await answer_empty(exchange, 202);
    co_return;
  }
  if (message.kind == mcp::MessageKind::Response) {
    auto text = mcp::error_text(std::nullopt, {.code = mcp::RpcCode::InvalidRequest, .message = "Clients send no responses in this revision", .data = {}});
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  if (const auto error = mcp::check_modern_request(message, exchange.head().headers)) {
    auto text = mcp::error_text(message.id, *error);
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  const auto& meta = message.params.at("_meta");
  const auto level = meta.value(std::string(mcp::kMetaLogLevel), Json());
  if (!level.is_null() && (!level.is_string() || !mcp::log_severity(level.get_ref<const std::string&>()))) {
    auto text = mcp::error_text(message.id, bad_params("Invalid log level"));
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  auto session = sessions_.shared(caller, meta.at(std::string(mcp::kMetaClientCapabilities)));
  if (!session) {
    auto busy = error_response(503, "too_many_sessions", "Too many clients at once; try again later.");
    const auto sent = co_await exchange.respond(std::move(busy));
    static_cast<void>(sent);
    co_return;
  }
  co_await request(exchange, std::move(session), std::move(caller), std::move(message), record);
}

Task<void> ModernFront::request(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record) {
  const auto id = *message.id;
  if (is_routed(message.method)) {
    co_await call(exchange, std::move(session), std::move(caller), std::move(message), record);
  } else if (message.method == "subscriptions/listen") {
    co_await listen(exchange, std::move(session), std::move(caller), std::move(message));
  } else if (const auto kind = listed_kind(message.method)) {
    auto text = co_await list_answer(std::move(session), std::move(caller), *kind, std::move(message));
    co_await answer_json(exchange, 200, std::move(text));
  } else if (message.method == "server/discover") {
    auto text = co_await discover(std::move(session), std::move(caller), id);
    co_await answer_json(exchange, 200, std::move(text));
  } else {
    auto text = mcp::error_text(id, {.code = mcp::RpcCode::MethodNotFound, .message = "Method not found: " + message.method, .data = {}});
    co_await answer_json(exchange, 404, std::move(text));
  }
}

Task<std::string> ModernFront::discover(SessionPtr session, Caller caller, mcp::RequestId id) {
  auto declared = co_await declared_capabilities(std::move(session), std::move(caller));
  Json versions = Json::array();
  for (const auto version : mcp::kRevisions) versions.push_back(version);
  Json result = mcp::result_for_client(Json::object(), mcp::Era::Modern, true, house_->dependencies.self);
  result["supportedVersions"] = std::move(versions);
  result["capabilities"] = mcp::merged_capabilities(declared, mcp::Era::Modern);
  if (auto instructions = merged_instructions(*house_); !instructions.empty()) result["instructions"] = std::move(instructions);
  co_return mcp::response_text(id, result);
}

std::expected<std::optional<std::string>, mcp::RpcError> ModernFront::open_state(const Session& session, mcp::Message& message) const {
  const auto state = message.params.find("requestState");
  if (state == message.params.end()) return std::nullopt;
  auto opened = state->is_string() ? house_->seals.open("requestState", state->get_ref<const std::string&>(), kMaxStateBytes)
                                   : Result<Json>(fail(ErrorCode::InvalidInput, "no text"));
  if (!opened) return std::unexpected(bad_params("requestState was not issued here"));
  const auto binding = state_binding(session, message.method, named_by(message.method, message.params));
  for (const auto& [key, value] : binding.items()) {
    if (opened->value(key, Json()) != value) return std::unexpected(bad_params("requestState belongs to another request"));
  }
  if (opened->value("until", std::int64_t{0}) < unix_seconds(house_->dependencies.clock.now())) {
    return std::unexpected(bad_params("requestState has expired; begin the request again"));
  }
  message.params.erase(state);
  if (opened->contains("inner")) message.params["requestState"] = opened->at("inner");
  if (opened->contains("parked")) return opened->value("parked", std::string());
  return std::nullopt;
}

std::optional<mcp::RpcError> ModernFront::check_mirrored(const Routed& routed, const mcp::Message& message, const http::Headers& headers) {
  const auto& schema = routed.request.route.input_schema;
  if (!schema.is_object()) return std::nullopt;
  const auto mirrored = mcp::mirrored_parameters(schema);
  return mirrored ? mcp::check_mirrored(*mirrored, message.params.value("arguments", Json::object()), headers) : std::nullopt;
}

std::expected<std::shared_ptr<Call>, mcp::RpcError> ModernFront::start_call(const SessionPtr& session, const std::optional<std::string>& parked, Routed routed,
                                                                            Caller caller, const OutletPtr& outlet) {
  if (parked) {
    auto call = session->unpark(*parked);
    if (!call) return std::unexpected(bad_params("requestState has been used or has expired; begin the request again"));
    call->resume(std::move(routed.request), outlet);
    return call;
  }
  const mcp::RequestId key(session->next_id());  // ids of independent requests may be the same
  auto call = std::make_shared<Call>(session, routed.backend, key, std::move(routed.request), std::move(caller), outlet);
  if (!session->add_call(key, call)) return std::unexpected(bad_params("Too many requests of this user are under way"));
  Call::begin(call);
  return call;
}

Task<void> ModernFront::call(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record) {
  const auto id = *message.id;
  const auto parked = open_state(*session, message);
  if (!parked) {
    auto text = mcp::error_text(id, parked.error());
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  auto routed = co_await find_route(session, caller, message);
  if (!routed) {
    auto text = mcp::error_text(id, routed.error());
    co_await answer_json(exchange, 200, std::move(text));
    co_return;
  }
  note_backend(record, *house_->peers[routed->backend]);
  if (const auto error = check_mirrored(*routed, message, exchange.head().headers)) {
    auto text = mcp::error_text(id, *error);
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  auto outlet = std::make_shared<Outlet>();
  auto call = start_call(session, *parked, *std::move(routed), std::move(caller), outlet);
  if (!call) {
    auto text = mcp::error_text(id, call.error());
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  ClientStream stream{.outlet = std::move(outlet), .name = {}, .headers = {}};
  const auto end = co_await deliver_call(exchange, *std::move(call), std::move(stream), true, record);
  static_cast<void>(end);
}

Task<void> ModernFront::listen(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message) {
  auto outlet = std::make_shared<Outlet>();
  const auto subscription = read_filter(message, outlet);
  if (!subscription) {
    auto text = mcp::error_text(message.id, bad_params("params has no readable notifications filter"));
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  // 2025-11-25 backends are asked for each resource; who has none of them is not listened to in vain.
  for (const auto& uri : std::set(subscription->uris)) {
    auto wanted = uri;
    const auto backend = co_await backend_of_uri(session, caller, std::move(wanted));
    if (!backend) {
      subscription->uris.erase(uri);
    } else if (house_->peers[*backend]->revision() == Revision::Legacy) {
      auto work = ask_backend(session, *backend, caller, "resources/subscribe", {{"uri", uri}});
      start(std::move(work), [](const Result<mcp::Message>&) {});
    }
  }
  outlet->push(acknowledgement(*subscription));
  session->add_subscription(subscription);
  session->add_listener(1);
  if (subscription->uris.empty()) {
    watch_backends(session);
  } else {
    watch_again(session);
  }
  ClientStream stream{.outlet = outlet, .name = {}, .may_be_json = false, .ends_with_server = true, .headers = {}};
  stream.farewell = farewell(*subscription, house_->dependencies.self);
  const auto end = co_await send_stream(exchange, std::move(stream));
  static_cast<void>(end);
  session->remove_subscription(subscription.get());
  session->add_listener(-1);
  session->seen(std::move(caller), house_->dependencies.clock.steady());
  if (!session->has_listeners()) session->end_watching();
}

}  // namespace vmcpauth::proxy
