#include "proxy/streaming_client.hpp"

#include "proxy/backend.hpp"
#include "proxy/client_call.hpp"

namespace vmcpauth::proxy {
namespace {

// As the forwarder keeps them (BackendSettings).
constexpr std::chrono::milliseconds kIdleConnectionTime{4'000};
constexpr std::size_t kMaxIdleConnections = 64;

SteadyPoint after(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

class OpenStream final : public http::ResponseStream {
 public:
  OpenStream(std::unique_ptr<ClientCall> call, std::string key, std::optional<std::chrono::milliseconds> idle)
      : ResponseStream(call->head().status, call->head().headers), call_(std::move(call)), key_(std::move(key)), idle_(idle) {}

  [[nodiscard]] Task<Result<std::optional<std::string>>> read() override {
    if (!call_) co_return std::optional<std::string>();
    const auto deadline = idle_ ? after(*idle_) : kNever;
    auto chunk = co_await call_->read(deadline);
    if (chunk && !*chunk) {
      call_->keep(key_, kIdleConnectionTime, kMaxIdleConnections);
      call_.reset();
    }
    co_return chunk;
  }

 private:
  std::unique_ptr<ClientCall> call_;  // null: read to the end
  std::string key_;
  std::optional<std::chrono::milliseconds> idle_;
};

}  // namespace

LoopStreamingClient::LoopStreamingClient(IoPool& pool) : pool_(pool), tls_(std::make_unique<TlsContexts>()) {}
LoopStreamingClient::~LoopStreamingClient() = default;

Task<Result<std::unique_ptr<http::ResponseStream>>> LoopStreamingClient::open(http::StreamRequest request) {
  if (IoThread::current() == nullptr) co_await ResumeOn{pool_.executor(0)};
  std::shared_ptr<TlsContext> tls;
  if (request.url.is_https()) {
    CO_TRY(tls, tls_->get(request.peer));
  }
  const OutboundRequest outbound{.method = request.method, .url = request.url, .headers = request.headers, .body = request.body, .keep_alive = true};
  CO_TRY(const auto bytes, client_request_bytes(outbound));
  auto key = pool_key(request.url, request.peer);
  Peer peer{request.url.host(), request.url.port(), request.peer, std::move(tls)};
  auto call = std::make_unique<ClientCall>(std::move(peer), request.method, request.cancellation);
  const auto connect_by = after(request.connect_timeout);
  CO_TRY_VOID(co_await call->open(connect_by, key));
  const auto head_by = after(request.head_timeout);
  CO_TRY_VOID(co_await call->send(bytes, head_by));
  std::unique_ptr<http::ResponseStream> stream = std::make_unique<OpenStream>(std::move(call), std::move(key), request.idle_timeout);
  co_return stream;
}

}  // namespace vmcpauth::proxy
