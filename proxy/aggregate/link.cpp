#include "proxy/aggregate/link.hpp"

#include <algorithm>
#include <utility>

#include "proxy/aggregate/conversation.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::int64_t kInitializeId = 0;
constexpr std::size_t kMaxSessionId = 1'024;
// Servers of Streamable HTTP that still call themselves so are common, and nothing we use differs.
constexpr std::string_view kOldestRevision = "2024-11-05";

// Counts a message that is on its way.
class Posting {
 public:
  explicit Posting(std::atomic<int>& count) : count_(count) { count_.fetch_add(1); }
  ~Posting() { count_.fetch_sub(1); }
  Posting(const Posting&) = delete;
  Posting& operator=(const Posting&) = delete;

 private:
  std::atomic<int>& count_;
};

bool is_session_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSessionId && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Task<Result<void>> Link::ensure(Caller caller) {
  if (is_open()) co_return Result<void>{};
  auto work = open(std::move(caller));
  std::string key;
  auto outcome = co_await opening_.run(std::move(key), std::move(work));
  co_return *outcome;
}

bool Link::is_open() const {
  return state_.with([](const State& state) { return state.open && (!state.channel || state.channel->is_open()); });
}

std::shared_ptr<EventChannel> Link::channel() const {
  return state_.with([](const State& state) { return state.channel; });
}

Link::~Link() {
  if (const auto stream = channel()) stream->close();
}

Task<Result<std::shared_ptr<EventChannel>>> Link::open_channel(Caller caller) {
  if (peer_.transport() != config::Transport::Sse) co_return nullptr;
  Cancellation never;
  std::string nothing;
  CO_TRY(auto request, co_await peer_.request(std::move(caller), std::move(nothing), std::move(never)));
  const auto at_most = peer_.timeout();
  auto channel = co_await EventChannel::open(dependencies_.http, std::move(request), at_most);
  if (channel) co_return channel;
  peer_.report(channel.error());
  co_return std::unexpected(std::move(channel).error().note("backend \"" + peer_.name() + "\""));
}

Task<Result<void>> Link::open(Caller caller) {
  if (is_open()) co_return Result<void>{};
  CO_TRY(const auto channel, co_await open_channel(caller));
  Json params{{"protocolVersion", mcp::kLegacyRevision}, {"capabilities", client_capabilities_}, {"clientInfo", mcp::to_json(dependencies_.self)}};
  auto body = mcp::request_text(kInitializeId, "initialize", std::move(params));
  Cancellation never;
  CO_TRY(auto request, co_await peer_.request(caller, std::move(body), std::move(never)));
  auto reply = co_await hello(channel, std::move(request));
  if (!reply) {
    peer_.report(reply.error());
    co_return std::unexpected(std::move(reply).error().note("backend \"" + peer_.name() + "\""));
  }
  if (!reply->response || reply->response->result.is_null()) {
    const bool modern = reply->response && mcp::is_modern_error(reply->response->error);
    if (modern || reply->status == 404 || reply->status == 405) peer_.forget_revision(Revision::Legacy);
    auto error = refusal(peer_, reply->status, reply->response ? printable(dump_json(reply->response->error)) : reply->text);
    peer_.report(error);
    co_return std::unexpected(std::move(error).note("initialize"));
  }
  CO_TRY_VOID(take_initialize_result(*reply->response, reply->headers, channel));
  peer_.report(std::nullopt);
  auto initialized = mcp::notification_text("notifications/initialized", Json::object());
  co_await post(std::move(caller), std::move(initialized));
  co_return Result<void>{};
}

Task<Result<BackendReply>> Link::hello(std::shared_ptr<EventChannel> channel, http::StreamRequest request) {
  DeafListener nobody;
  const auto at_most = peer_.timeout();
  if (channel) {
    request.url = channel->endpoint();
    mcp::RequestId id(kInitializeId);
    auto reply = co_await channel->ask(dependencies_.http, std::move(request), std::move(id), nobody, at_most);
    co_return reply;
  }
  std::optional<mcp::RequestId> awaited(kInitializeId);
  auto reply = co_await converse(dependencies_.http, std::move(request), std::move(awaited), nobody, at_most);
  co_return reply;
}

Task<Result<BackendReply>> Link::exchange(http::StreamRequest request, std::optional<mcp::RequestId> awaited, MessageListener& listener,
                                          std::chrono::milliseconds at_most) {
  add_headers(request.headers);
  const auto stream = channel();
  if (stream) request.url = stream->endpoint();
  if (stream && awaited) {
    auto id = *std::move(awaited);
    auto reply = co_await stream->ask(dependencies_.http, std::move(request), std::move(id), listener, at_most);
    co_return reply;
  }
  auto reply = co_await converse(dependencies_.http, std::move(request), std::move(awaited), listener, at_most);
  co_return reply;
}

Result<void> Link::take_initialize_result(const mcp::Message& response, const http::Headers& headers, std::shared_ptr<EventChannel> channel) {
  State next{.open = true,
             .session_id = std::string(headers.get("mcp-session-id").value_or("")),
             .version = {},
             .capabilities = Json::object(),
             .channel = std::move(channel)};
  if (next.channel) next.session_id = "stream of " + dependencies_.random.token(8);  // ours: the endpoint tells the sessions apart
  const auto version = optional_string(response.result, "protocolVersion");
  next.version = version ? version->value_or("") : "";
  if (!mcp::is_legacy_revision(next.version) && next.version != kOldestRevision) {
    return fail(ErrorCode::BadResponse, "backend \"" + peer_.name() + "\" speaks revision " + printable(next.version, 40) + ", which is not known here");
  }
  if (!next.channel && !next.session_id.empty() && !is_session_id(next.session_id))
    return fail(ErrorCode::BadResponse, "backend \"" + peer_.name() + "\" gave a malformed session id");
  const auto capabilities = response.result.find("capabilities");
  if (capabilities != response.result.end() && capabilities->is_object()) next.capabilities = *capabilities;
  const auto instructions = optional_string(response.result, "instructions");
  peer_.declare(next.capabilities, instructions ? instructions->value_or("") : "");
  state_.with([&](State& state) { state = std::move(next); });
  return {};
}

void Link::lose(const std::string& id) {
  const auto gone = state_.with([&](State& state) { return state.session_id == id ? std::exchange(state, {}).channel : nullptr; });
  if (gone) gone->close();
}

void Link::add_headers(http::Headers& headers) const {
  if (channel()) return;
  const auto [id, version] = state_.with([](const State& state) { return std::pair(state.session_id, state.version); });
  if (!id.empty()) headers.set("Mcp-Session-Id", id);
  if (!version.empty()) headers.set("MCP-Protocol-Version", version);
}

std::string Link::session_id() const {
  return state_.with([](const State& state) { return state.session_id; });
}

bool Link::has_capability(std::string_view name) const {
  return state_.with([&](const State& state) { return state.open && state.capabilities.contains(name); });
}

Task<void> Link::post(Caller caller, std::string body) {
  Cancellation never;
  const Posting posting(posting_);
  auto request = co_await peer_.request(std::move(caller), std::move(body), std::move(never));
  if (!request) co_return;
  DeafListener nobody;
  std::optional<mcp::RequestId> awaited;
  const auto at_most = peer_.timeout();
  auto reply = co_await exchange(*std::move(request), std::move(awaited), nobody, at_most);
  static_cast<void>(reply);
}

Task<void> Link::close(Caller caller) {
  if (!is_open() || session_id().empty()) co_return;
  if (channel()) {
    lose(session_id());
    co_return;
  }
  Cancellation never;
  std::string nothing;
  auto request = co_await peer_.request(std::move(caller), std::move(nothing), std::move(never));
  if (!request) co_return;
  request->method = "DELETE";
  request->headers.remove("content-type");
  add_headers(request->headers);
  lose(session_id());
  DeafListener nobody;
  std::optional<mcp::RequestId> awaited;
  const auto at_most = peer_.timeout();
  auto reply = co_await converse(dependencies_.http, *std::move(request), std::move(awaited), nobody, at_most);
  static_cast<void>(reply);
}

}  // namespace vmcpauth::proxy
