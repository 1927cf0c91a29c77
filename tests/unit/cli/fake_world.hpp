// A World whose streams are strings and whose network is a FakeHttpClient: commands run in it as main() would run them.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/app.hpp"
#include "core/client/user_agent.hpp"
#include "core/store/memory_store.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fake_streaming_client.hpp"
#include "tests/support/fakes.hpp"

namespace vmcpauth::cli::test {

// Tasks of a network whose answers are all there already.
class FakeNetwork final : public proxy::Network {
 public:
  FakeNetwork(http::HttpClient& client, http::StreamingClient& streaming, vmcpauth::test::FakeClock& clock)
      : client_(client), streaming_(streaming), timer_(clock) {}
  [[nodiscard]] http::HttpClient& http() override { return client_; }
  [[nodiscard]] http::StreamingClient& streaming() override { return streaming_; }
  [[nodiscard]] Timer& timer() override { return timer_; }
  // Nobody is there.
  [[nodiscard]] std::unique_ptr<client::UserAgent> user_agent(const Env& /*env*/, const Clock& /*clock*/, proxy::AgentOptions /*options*/) override {
    return nullptr;
  }
  void wait_for(Task<void> task) override {
    start(std::move(task), [] {});
  }

 private:
  http::HttpClient& client_;
  http::StreamingClient& streaming_;
  vmcpauth::test::FakeTimer timer_;
};

class FakeWorld {
 public:
  vmcpauth::test::FakeEnv env;
  vmcpauth::test::FakeFiles files;
  SystemPrivateFiles private_files;
  vmcpauth::test::FakeClock clock;
  vmcpauth::test::CountingRandom random;
  vmcpauth::test::FakeHttpClient http;
  vmcpauth::test::FakeStreamingClient streaming;
  Terminal terminal;
  std::istringstream input;
  std::ostringstream output, error;
  std::vector<proxy::ServeOptions> served;
  Result<void> serve_answer;
  std::shared_ptr<store::MemoryStore> store = std::make_shared<store::MemoryStore>();
  std::vector<StoreRequest> opened;  // what was asked for

  ExitStatus run(const std::vector<std::string>& words) {
    const World world{.env = env,
                      .files = files,
                      .private_files = private_files,
                      .clock = clock,
                      .random = random,
                      .terminal = terminal,
                      .input = input,
                      .output = output,
                      .error = error,
                      .serve =
                          [this](const proxy::ServeOptions& options) {
                            served.push_back(options);
                            return serve_answer;
                          },
                      .network = [this] { return std::make_unique<FakeNetwork>(http, streaming, clock); },
                      .open_store = [this](const StoreRequest& request, proxy::Network&) -> Result<OpenedStore> {
                        opened.push_back(request);
                        return OpenedStore{store, "memory", false, {}};
                      }};
    return cli::run(words, world);
  }
};

}  // namespace vmcpauth::cli::test
