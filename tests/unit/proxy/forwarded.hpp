// A proxy whose every request goes to one fake backend, for the length of a test.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "tests/unit/proxy/served.hpp"

namespace vmcpauth::test {

using proxy::Backend;
using proxy::BackendSettings;
using proxy::ForwardRequest;
using proxy::ForwardSummary;

// Everything goes to one fake backend; remembers the summaries.
class Forwarded {
 public:
  explicit Forwarded(std::uint16_t backend_port, std::function<void(BackendSettings&)> tune = {}, std::function<void(ForwardRequest&)> shape = {})
      : shape_(std::move(shape)) {
    BackendSettings settings{.name = "b", .url = *Url::parse("http://127.0.0.1:" + std::to_string(backend_port))};
    if (tune) tune(settings);
    auto made = Backend::make(std::move(settings));
    if (!made) throw std::runtime_error(made.error().describe());
    backend_ = *made;
  }

  [[nodiscard]] RawPeer connect() const { return served_.connect(); }
  [[nodiscard]] proxy::Server& server() { return served_.server; }
  [[nodiscard]] std::uint16_t port() const { return served_.port; }
  // The n-th summary, waited for.
  ForwardSummary summary(std::size_t n = 0) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 5s, [&] { return summaries_.size() > n; })) throw std::runtime_error("no summary came");
    return summaries_[n];
  }

 private:
  Task<void> handle(Exchange& exchange) {
    const auto& head = exchange.head();
    ForwardRequest request{
        .backend = backend_, .target = head.path + (head.query.empty() ? "" : "?" + head.query), .set = {{"Authorization", "Bearer upstream"}}};
    if (shape_) shape_(request);
    auto summary = co_await exchange.forward(std::move(request));
    const std::scoped_lock lock(mutex_);
    summaries_.push_back(std::move(summary));
    changed_.notify_all();
  }

  std::function<void(ForwardRequest&)> shape_;
  std::shared_ptr<const Backend> backend_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ForwardSummary> summaries_;
  FunctionHandler handler_{[this](Exchange& exchange) { return handle(exchange); }};
  Served served_{handler_, quick_options(), 1};
};

inline constexpr const char* kGet = "GET /p HTTP/1.1\r\nHost: x\r\n\r\n";

inline std::string post(std::string_view body) {
  return "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace vmcpauth::test
