#include "proxy/network.hpp"

#include <future>

#include "proxy/http_client.hpp"
#include "proxy/login/terminal_agent.hpp"
#include "proxy/streaming_client.hpp"

namespace vmcpauth::proxy {

SystemNetwork::SystemNetwork()
    : pool_({.threads = 1}), http_(std::make_unique<LoopHttpClient>(pool_)), streaming_(std::make_unique<LoopStreamingClient>(pool_)) {}

SystemNetwork::~SystemNetwork() { pool_.stop(); }

std::unique_ptr<client::UserAgent> SystemNetwork::user_agent(const Env& env, const Clock& clock, AgentOptions options) {
  return std::make_unique<TerminalAgent>(pool_, env, clock, std::move(options));
}

void SystemNetwork::wait_for(Task<void> task) {
  std::promise<void> done;
  auto finished = done.get_future();
  pool_.executor(0).post([task = std::move(task), &done]() mutable { start(std::move(task), [&done] { done.set_value(); }); });
  finished.wait();
}

}  // namespace vmcpauth::proxy
