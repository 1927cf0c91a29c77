// A World whose streams are strings and whose network is a FakeHttpClient: commands run in it as main() would run them.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/app.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"

namespace vmcpauth::cli::test {

// Tasks of a network whose answers are all there already.
class FakeNetwork final : public proxy::Network {
 public:
  explicit FakeNetwork(http::HttpClient& client) : client_(client) {}
  [[nodiscard]] http::HttpClient& http() override { return client_; }
  void wait_for(Task<void> task) override {
    start(std::move(task), [] {});
  }

 private:
  http::HttpClient& client_;
};

class FakeWorld {
 public:
  vmcpauth::test::FakeEnv env;
  vmcpauth::test::FakeFiles files;
  vmcpauth::test::FakeClock clock;
  vmcpauth::test::CountingRandom random;
  vmcpauth::test::FakeHttpClient http;
  Terminal terminal;
  std::istringstream input;
  std::ostringstream output, error;
  std::vector<proxy::ServeOptions> served;
  Result<void> serve_answer;

  ExitStatus run(const std::vector<std::string>& words) {
    const World world{.env = env,
                      .files = files,
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
                      .network = [this] { return std::make_unique<FakeNetwork>(http); }};
    return cli::run(words, world);
  }
};

}  // namespace vmcpauth::cli::test
