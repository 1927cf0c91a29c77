#include "core/oauth/metadata_source.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  test::FakeHttpClient client;
  test::FakeClock clock;
  oauth::MetadataSource source{{.issuer = "https://as.example"}, client, clock, {.lifetime = 60min, .stale_if_error = 24h, .retry_after = 5s}};

  Result<oauth::ServerMetadataPtr> get() {
    auto result = run_ready(source.get());
    REQUIRE(result.has_value());
    return *std::move(result);
  }
  void up() { client.on_json("https://as.example/", 200, R"({"issuer":"https://as.example","jwks_uri":"https://as.example/jwks"})"); }
  void down() {
    client.on("https://as.example/", [](const auto&) -> Result<http::ClientResponse> { return fail(ErrorCode::Unreachable, "connection refused"); });
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "metadata source: fetches once and again when its life is over", "[oauth]") {
  up();
  const auto first = get();
  REQUIRE(first.has_value());
  clock.advance(59min);
  const auto second = get();
  REQUIRE(second.has_value());
  CHECK((second->get() == first->get()));
  CHECK(client.requests.size() == 1);
  clock.advance(1min);
  CHECK(get().has_value());
  CHECK(client.requests.size() == 2);
}

TEST_CASE_METHOD(Fixture, "metadata source: a failure is remembered for a moment, then tried again", "[oauth]") {
  down();
  CHECK(get().error().code() == ErrorCode::Unreachable);
  CHECK(get().error().code() == ErrorCode::Unreachable);
  CHECK(client.requests.size() == 1);
  clock.advance(5s);
  up();
  CHECK(get().has_value());
  CHECK(client.requests.size() == 2);
}

TEST_CASE_METHOD(Fixture, "metadata source: an old document serves while the issuer is away, but not for ever", "[oauth]") {
  up();
  REQUIRE(get().has_value());
  down();
  clock.advance(2h);
  CHECK(get().has_value());
  CHECK(get().has_value());
  CHECK(client.requests.size() == 2);
  clock.advance(23h);
  CHECK(get().error().code() == ErrorCode::Unreachable);
}
