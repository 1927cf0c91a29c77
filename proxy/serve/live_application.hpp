// The Application that serves now. A reload swaps it between two requests; requests under way, and streams, keep the one
// they began with until they end.
#pragma once

#include <memory>

#include "core/base/guarded.hpp"
#include "proxy/serve/application.hpp"

namespace vmcpauth::proxy {

class LiveApplication final : public RequestHandler {
 public:
  explicit LiveApplication(std::shared_ptr<Application> first) : current_(std::move(first)) {}

  void replace(std::shared_ptr<Application> next) {
    current_.with([&](auto& current) { current.swap(next); });
    // The old one goes here, outside the lock, unless requests still hold it.
  }
  [[nodiscard]] std::shared_ptr<Application> current() const {
    return current_.with([](const auto& current) { return current; });
  }
  Task<void> handle(Exchange& exchange) override {
    const auto application = current();
    co_await application->handle(exchange);
  }

 private:
  Guarded<std::shared_ptr<Application>> current_;
};

}  // namespace vmcpauth::proxy
