#include "proxy/aggregate/watch.hpp"

#include <algorithm>

#include "proxy/aggregate/backend_messages.hpp"
#include "proxy/aggregate/thread_waker.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::chrono::milliseconds kShortestWatchPause{100};
constexpr std::chrono::milliseconds kFirstWatchPause{1'000};
constexpr std::chrono::milliseconds kLongestWatchPause{30'000};
constexpr std::chrono::seconds kLongEnough{5};  // a stream that held this long was a good one

class Watch {
 public:
  Watch(SessionPtr session, std::size_t backend, Cancellation cancellation)
      : session_(std::move(session)), backend_(backend), cancellation_(std::move(cancellation)), messages_(session_, backend) {}

  Task<void> run() {
    auto pause = kFirstWatchPause;
    while (!over()) {
      const auto& clock = session_->house().dependencies.clock;
      const auto began = clock.steady();
      const bool again = co_await follow();
      if (!again || over()) co_return;
      session_->shelf().mark_stale(backend_);  // what changed meanwhile was not told
      // What the server wishes is heard when its streams hold; else it could have us call without a pause.
      const bool held = clock.steady() - began > kLongEnough;
      pause = held ? kFirstWatchPause : std::min(pause * 2, kLongestWatchPause);
      const auto wait = std::clamp(retry_.value_or(pause), held ? kShortestWatchPause : pause, kLongestWatchPause);
      co_await pause_for(wait);
    }
  }

 private:
  [[nodiscard]] bool over() const { return cancellation_.cancelled() || session_->closed() || session_->house().closing.load(); }
  [[nodiscard]] BackendPeer& peer() const { return *session_->house().peers[backend_]; }

  // One stream from its beginning to its end; false when the backend has none to offer.
  Task<bool> follow() {
    auto caller = session_->caller();
    retry_.reset();
    auto revision = co_await peer().find_revision(caller);
    if (!revision) co_return revision.error().code() != ErrorCode::Unsupported;
    const bool modern = *revision == Revision::Modern;
    if (!modern) {
      auto link = session_->link(backend_);
      auto open = co_await link->ensure(caller);
      if (!open) co_return true;
      if (const auto channel = link->channel()) {
        co_await follow_channel(channel);
        co_return true;
      }
    }
    const auto id = session_->next_id();
    auto body = modern ? listen_body(id) : std::string();
    auto cancellation = cancellation_;
    auto request = co_await peer().request(std::move(caller), std::move(body), std::move(cancellation));
    if (!request) co_return true;
    const std::string session = session_->link(backend_)->session_id();
    make_endless(*request, modern);
    std::optional<mcp::RequestId> awaited;
    if (modern) awaited = mcp::RequestId(id);
    auto reply = co_await converse(session_->house().dependencies.http, *std::move(request), std::move(awaited), messages_);
    if (!reply) co_return true;
    if (!reply->last_event_id.empty()) last_event_id_ = reply->last_event_id;
    retry_ = reply->retry;
    if (reply->status == 404 && !modern) session_->link(backend_)->lose(session);
    co_return reply->accepted() || reply->status >= 500 || (reply->status == 404 && !modern);
  }

  // The old transport has one stream for everything; it is open already.
  Task<void> follow_channel(std::shared_ptr<EventChannel> channel) {
    const auto inbox = channel->listen();
    ThreadWaker waker;
    inbox->on_change(waker.function());
    const auto hook = cancellation_.on_cancel(waker.function());
    while (!over() && !inbox->is_over()) {
      if (auto message = inbox->take()) {
        messages_.on_message(*std::move(message));
        continue;
      }
      const auto deadline = std::chrono::steady_clock::now() + kLongestWatchPause;
      const bool woken = co_await waker.wait(deadline);
      if (!woken && std::chrono::steady_clock::now() < deadline) co_return;  // the thread ends
    }
  }

  void make_endless(http::StreamRequest& request, bool modern) const {
    request.idle_timeout.reset();
    if (modern) {
      request.headers.set("MCP-Protocol-Version", std::string(mcp::kModernRevision));
      request.headers.set("Mcp-Method", "subscriptions/listen");
      return;
    }
    request.method = "GET";
    request.headers.remove("content-type");
    request.headers.set("Accept", "text/event-stream");
    if (!last_event_id_.empty()) request.headers.set("Last-Event-ID", last_event_id_);
    session_->link(backend_)->add_headers(request.headers);
  }

  std::string listen_body(std::int64_t id) const {
    Json filter{{"toolsListChanged", true}, {"promptsListChanged", true}, {"resourcesListChanged", true}};
    Json uris = Json::array();
    const auto view = session_->shelf().view();
    for (const auto& uri : session_->uris()) {
      const auto* route = view->route_of_uri(uri);
      if (route != nullptr && route->backend == peer().name()) uris.push_back(uri);
    }
    if (!uris.empty()) filter["resourceSubscriptions"] = std::move(uris);
    Json params = Json::object();
    params["notifications"] = std::move(filter);
    const auto& facts = session_->facts();
    return mcp::request_text(id, "subscriptions/listen",
                             mcp::params_for_backend(std::move(params), {.era = mcp::Era::Modern,
                                                                         .self = session_->house().dependencies.self,
                                                                         .client_capabilities = mcp::capabilities_for_backend(facts.client_capabilities)}));
  }

  SessionPtr session_;
  std::size_t backend_;
  Cancellation cancellation_;
  StreamMessages messages_;
  std::string last_event_id_;
  std::optional<std::chrono::milliseconds> retry_;
};

Task<void> watch(SessionPtr session, std::size_t backend, Cancellation cancellation) {
  Watch watch(std::move(session), backend, std::move(cancellation));
  co_await watch.run();
}

}  // namespace

void watch_backends(SessionPtr session) {
  if (!session->begin_watching()) return;
  const auto cancellation = session->watching();
  for (std::size_t i = 0; i < session->house().peers.size(); ++i) {
    auto task = watch(session, i, cancellation);
    start(std::move(task), [] {});
  }
}

void watch_again(SessionPtr session) {
  session->end_watching();
  if (session->has_listeners()) watch_backends(std::move(session));
}

}  // namespace vmcpauth::proxy
