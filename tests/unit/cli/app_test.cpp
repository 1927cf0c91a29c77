#include "cli/version.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/cli/fake_world.hpp"

namespace vmcpauth::cli {

namespace {

struct Outcome {
  ExitStatus status;
  std::string output, error;
  std::vector<proxy::ServeOptions> served;
};

Outcome run_words(const std::vector<std::string>& words, const Result<void>& answer = {}) {
  test::FakeWorld world;
  world.serve_answer = answer;
  const auto status = world.run(words);
  return {status, world.output.str(), world.error.str(), world.served};
}

}  // namespace

TEST_CASE("app: the version is one line and nothing else") {
  for (const auto* word : {"--version", "-V", "version"}) {
    const auto outcome = run_words({word});
    CHECK(outcome.status == ExitStatus::Fine);
    CHECK(outcome.output == std::string("vmcpauth ") + kVersion + "\n");
    CHECK(outcome.error.empty());
  }
}

TEST_CASE("app: help that was asked for goes to standard output, help that was not to standard error") {
  const auto asked = run_words({"--help"});
  CHECK(asked.status == ExitStatus::Fine);
  CHECK_THAT(asked.output, ContainsSubstring("Commands:"));
  CHECK(asked.error.empty());
  const auto bare = run_words({});
  CHECK(bare.status == ExitStatus::Usage);
  CHECK(bare.output.empty());
  CHECK(bare.error == asked.output);
}

TEST_CASE("app: a wrong command line is one line that says what to do, and serves nothing") {
  const auto outcome = run_words({"serve", "--lisen=127.0.0.1:1"});
  CHECK(outcome.status == ExitStatus::Usage);
  CHECK(outcome.output.empty());
  CHECK(outcome.error == "vmcpauth: unknown option '--lisen'; did you mean '--listen'? (see 'vmcpauth serve --help')\n");
  CHECK(outcome.served.empty());
}

TEST_CASE("app: serve gets what the command line says, once") {
  const auto outcome = run_words({"serve", "deploy", "--listen", "127.0.0.1:0"});
  CHECK(outcome.status == ExitStatus::Fine);
  REQUIRE(outcome.served.size() == 1);
  CHECK(outcome.served.front().paths == std::vector<std::string>{"deploy"});
}

TEST_CASE("app: an error of serve becomes one line and its exit status") {
  const auto outcome = run_words({"serve"}, fail(ErrorCode::Io, "127.0.0.1:4483: address in use"));
  CHECK(outcome.status == ExitStatus::CouldNotRun);
  CHECK(outcome.error == "vmcpauth: 127.0.0.1:4483: address in use\n");
  CHECK(run_words({"serve", "d"}, fail(ErrorCode::InvalidConfig, "2 problems")).status == ExitStatus::Findings);
}

TEST_CASE("app: output that cannot be written is not success") {
  test::FakeWorld world;
  world.output.setstate(std::ios::badbit);
  CHECK(world.run({"--version"}) == ExitStatus::CouldNotRun);
  CHECK(world.error.str() == "vmcpauth: cannot write to standard output\n");
}

}  // namespace vmcpauth::cli
