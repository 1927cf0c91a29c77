#include "proxy/login/browser.hpp"

#include <thread>

#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using Words = std::vector<std::string>;

TEST_CASE("browser: BROWSER is a list of command lines, never a shell's") {
  const std::string url = "https://as.test/?a=1&b=$(id);c";
  struct Case {
    const char* variable;
    std::vector<Words> want;
  };
  const Case cases[] = {
      {"firefox", {{"firefox", url}}},
      {"firefox --new-window %s", {{"firefox", "--new-window", url}}},
      {"a:b %s", {{"a", url}, {"b", url}}},
      {"app --url=%s --name=100%%", {{"app", "--url=" + url, "--name=100%"}}},
      {"  spaced   out  ", {{"spaced", "out", url}}},
      {":a:", {{"a", url}}},
      {"sh -c 'x %s'", {{"sh", "-c", "'x", url + "'"}}},
  };
  for (const auto& c : cases) {
    INFO(c.variable);
    CHECK(proxy::browser_commands(std::string(c.variable), url) == c.want);
  }
  for (const auto& unset : {std::optional<std::string>(), std::optional<std::string>(""), std::optional<std::string>(" : ")}) {
    CHECK(proxy::browser_commands(unset, url).front() == Words{"xdg-open", url});
  }
}

TEST_CASE("browser: one that is missing or fails is noticed") {
  test::FakeEnv env;
  env.values["BROWSER"] = "/nowhere/one:/nowhere/two";
  const auto missing = proxy::Browser::open("https://as.test/", env, {});
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().message() == "no browser can be started (tried /nowhere/one, /nowhere/two)");

  env.values["BROWSER"] = "/nowhere/one:false";
  auto failing = proxy::Browser::open("https://as.test/", env, {});
  REQUIRE(failing.has_value());
  std::optional<Error> failure;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!failure && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
    failure = failing->failure();
  }
  REQUIRE(failure.has_value());
  CHECK(failure->message() == "false ended with status 1");
  CHECK_FALSE(failing->failure().has_value());  // said once
}
