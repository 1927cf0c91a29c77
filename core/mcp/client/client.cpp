#include "core/mcp/client/client.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"

namespace vmcpauth::mcp {
namespace {

std::vector<std::string> revisions_in(const Json& holder, const char* member) {
  std::vector<std::string> out;
  const auto list = holder.is_object() ? holder.find(member) : holder.end();
  if (!holder.is_object() || list == holder.end() || !list->is_array()) return out;
  for (const auto& entry : *list) {
    if (entry.is_string() && out.size() < 50) out.push_back(printable(entry.get_ref<const std::string&>(), 40));
  }
  return out;
}

// The newest we both speak; "" when there is none.
std::string_view common_revision(const std::vector<std::string>& supported) {
  for (const auto ours : kRevisions) {
    if (std::ranges::find(supported, ours) != supported.end()) return ours;
  }
  return {};
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "none" : out;
}

Json member_or_null(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it == object.end() ? Json() : *it;
}

}  // namespace

bool lacks_upstream_token(const ServerError& error) {
  if (!error.data.is_object()) return false;
  const auto reason = optional_string(error.data, "reason");
  return reason && *reason == to_string(ErrorCode::UpstreamToken);
}

Json server_info(const Json& discovered) {
  if (!discovered.is_object()) return nullptr;
  if (discovered.contains("serverInfo")) return discovered["serverInfo"];
  const auto meta = discovered.find("_meta");
  return meta != discovered.end() && meta->is_object() ? member_or_null(*meta, std::string(kMetaServerInfo).c_str()) : Json();
}

// The server's own stream (legacy), read beside the requests. Shared with the task that reads it, which may end later.
struct Client::Listener {
  Cancellation until = Cancellation::create();
  bool done = false;
  std::coroutine_handle<> waiter;

  struct End {
    Listener& listener;
    [[nodiscard]] bool await_ready() const noexcept { return listener.done; }
    void await_suspend(std::coroutine_handle<> handle) noexcept { listener.waiter = handle; }
    void await_resume() const noexcept {}
  };
};

Client::Client(http::StreamingClient& http, Timer& timer, ServerRequests& answers, ClientObserver& observer, ClientSettings settings)
    : answers_(answers),
      observer_(observer),
      settings_(std::move(settings)),
      exchange_(http, timer, observer, settings_.exchange),
      on_message_([this](Message message) { return incoming(std::move(message)); }) {}

Client::~Client() = default;

Task<Result<void>> Client::connect() {
  if (settings_.revision) {
    if (!is_legacy_revision(*settings_.revision)) {
      facts_.revision = *settings_.revision;
      co_return Result<void>{};
    }
    auto initialized = co_await initialize(*settings_.revision);
    co_return initialized;
  }
  CO_TRY(const bool settled, co_await probe());
  if (settled) co_return Result<void>{};
  std::string newest(kLegacyRevision);
  auto initialized = co_await initialize(std::move(newest));
  co_return initialized;
}

// A modern request first; whatever is no modern answer means an older server (2026-07-28, "Backward Compatibility"). It is
// `server/discover`, which does nothing, so that no call is ever made twice. False: `initialize` is left to try.
Task<Result<bool>> Client::probe() {
  facts_.era = Era::Modern;
  facts_.revision = kModernRevision;
  Json params = Json::object();
  auto outcome = co_await send("server/discover", std::move(params), {});
  if (!outcome) {
    const auto code = outcome.error().code();
    if (code == ErrorCode::BadResponse || code == ErrorCode::NotFound) co_return false;
    co_return std::unexpected(std::move(outcome).error());
  }
  const auto& error = outcome->error;
  if (error && error->code == static_cast<std::int64_t>(RpcCode::UnsupportedProtocolVersion)) {
    auto chosen = co_await choose(*error);
    if (!chosen) co_return std::unexpected(std::move(chosen).error());
    co_return true;
  }
  if (error && error->code == static_cast<std::int64_t>(RpcCode::HeaderMismatch)) {
    co_return fail(ErrorCode::BadResponse, "the server refuses our headers: " + printable(error->message, 200));
  }
  facts_.supported = revisions_in(outcome->result, "supportedVersions");
  if (error || facts_.supported.empty()) co_return false;
  facts_.info = server_info(outcome->result);
  facts_.capabilities = member_or_null(outcome->result, "capabilities");
  if (const auto text = outcome->result.find("instructions"); text != outcome->result.end() && text->is_string())
    facts_.instructions = text->get<std::string>();
  ServerError listed{.code = 0, .message = {}, .data = {{"supported", facts_.supported}}, .status = 200};
  auto chosen = co_await choose(listed);
  if (!chosen) co_return std::unexpected(std::move(chosen).error());
  co_return true;
}

Task<Result<void>> Client::choose(const ServerError& error) {
  facts_.supported = revisions_in(error.data, "supported");
  std::string revision(common_revision(facts_.supported));
  if (revision.empty()) {
    co_return fail(ErrorCode::Unsupported, "no common protocol revision: the server speaks " + joined(facts_.supported));
  }
  if (!is_legacy_revision(revision)) co_return Result<void>{};
  auto initialized = co_await initialize(std::move(revision));
  co_return initialized;
}

Task<Result<void>> Client::initialize(std::string version) {
  facts_.era = Era::Legacy;
  facts_.revision = version;
  session_.clear();
  initialized_ = false;
  Json params{
      {"protocolVersion", version}, {"capabilities", answers_.capabilities()}, {"clientInfo", {{"name", settings_.name}, {"version", settings_.version}}}};
  CO_TRY(auto outcome, co_await send("initialize", std::move(params), {}));
  if (outcome.error) co_return fail(ErrorCode::BadResponse, "the server refuses initialize: " + printable(outcome.error->message, 200));
  CO_TRY(facts_.revision, required_string(outcome.result, "protocolVersion"));
  if (!is_legacy_revision(facts_.revision)) {
    co_return fail(ErrorCode::Unsupported, "the server chose protocol revision " + printable(facts_.revision, 40) + ", which is not supported here");
  }
  facts_.info = member_or_null(outcome.result, "serverInfo");
  facts_.capabilities = member_or_null(outcome.result, "capabilities");
  const auto instructions = optional_string(outcome.result, "instructions");
  if (instructions && *instructions) facts_.instructions = **instructions;
  initialized_ = true;
  Json none = Json::object();
  CO_TRY_VOID(co_await notify("notifications/initialized", std::move(none)));
  start_listening();
  co_return Result<void>{};
}

void Client::start_listening() {
  // A server without anything to ask has nothing to say there that a command waits for.
  if (listener_ || answers_.capabilities().empty()) return;
  listener_ = std::make_shared<Listener>();
  auto headers = headers_for({}, Json::object(), {});
  start(exchange_.listen(std::move(headers), on_message_, listener_->until), [listener = listener_](const Result<bool>& /*ended*/) {
    listener->done = true;
    if (listener->waiter) listener->waiter.resume();
  });
}

Task<void> Client::close() {
  if (listener_) {
    listener_->until.cancel();
    co_await Listener::End{*listener_};
    listener_.reset();
  }
  if (session_.empty()) co_return;
  auto headers = headers_for({}, Json::object(), {});
  session_.clear();
  co_await exchange_.farewell("DELETE", std::move(headers), {});
}

Task<void> Client::incoming(Message message) {
  if (message.kind == MessageKind::Notification) told(message);
  if (message.kind != MessageKind::Request) co_return;
  if (facts_.era == Era::Modern) {
    observer_.on_warning("the server sent the request " + printable(message.method, 60) + " on a stream, which this revision forbids; it is not answered");
    co_return;
  }
  co_await respond(std::move(message));
}

void Client::told(const Message& message) {
  if (message.method != "notifications/progress") return observer_.on_notification(message.method, message.params);
  const auto progress = message.params.find("progress");
  if (progress == message.params.end() || !progress->is_number()) return;
  Progress seen{.progress = progress->get<double>(), .total = {}, .message = {}};
  if (const auto total = message.params.find("total"); total != message.params.end() && total->is_number()) seen.total = total->get<double>();
  if (const auto text = message.params.find("message"); text != message.params.end() && text->is_string()) seen.message = text->get<std::string>();
  observer_.on_progress(seen);
}

Task<void> Client::respond(Message request) {
  std::expected<Json, RpcError> result = Json::object();
  if (!covers(answers_.capabilities(), request.method)) {
    result = std::unexpected(RpcError{.code = RpcCode::MethodNotFound, .message = "this client did not offer " + printable(request.method, 60), .data = {}});
  } else if (request.method != "ping") {
    result = co_await answers_.answer(request.method, std::move(request.params));
  }
  auto body = result ? result_text(*request.id, *std::move(result)) : error_text(request.id, result.error());
  HttpExchange::Post post{.body = std::move(body), .headers = headers_for({}, Json::object(), {}), .id = {}, .resumable = false};
  auto sent = co_await exchange_.post(std::move(post), on_message_);
  if (!sent) observer_.on_warning("the answer to the server's " + printable(request.method, 60) + " could not be sent: " + sent.error().describe());
}

}  // namespace vmcpauth::mcp
