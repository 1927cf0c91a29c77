#include "proxy/network.hpp"

#include <future>

#include "proxy/http_client.hpp"

namespace vmcpauth::proxy {

SystemNetwork::SystemNetwork() : pool_({.threads = 1}), http_(std::make_unique<AsioHttpClient>(pool_)) {}

SystemNetwork::~SystemNetwork() { pool_.stop(); }

void SystemNetwork::wait_for(Task<void> task) {
  std::promise<void> done;
  auto finished = done.get_future();
  pool_.executor(0).post([task = std::move(task), &done]() mutable { start(std::move(task), [&done] { done.set_value(); }); });
  finished.wait();
}

}  // namespace vmcpauth::proxy
