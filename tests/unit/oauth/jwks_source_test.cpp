#include "core/oauth/jwks_source.hpp"

#include "core/jose/key_ring.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/gate.hpp"

using namespace vmcpauth;
using namespace std::chrono_literals;

namespace {

jose::UnverifiedToken token_of(const jose::KeyRing& ring) {
  auto token = jose::UnverifiedToken::parse(*ring.sign("JWT", {{"sub", "u"}}));
  REQUIRE(token);
  return *std::move(token);
}

// An HttpClient that answers only when its gate is open.
class SlowClient final : public http::HttpClient {
 public:
  explicit SlowClient(http::HttpClient& inner) : inner_(inner) {}
  test::Gate gate;
  Task<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    co_await gate.pass();
    auto response = co_await inner_.send(std::move(request));
    co_return response;
  }

 private:
  http::HttpClient& inner_;
};

struct Fixture {
  test::FakeHttpClient client;
  SlowClient slow{client};
  test::FakeClock clock;
  jose::KeyRing ring = *jose::KeyRing::generate();
  jose::KeyRing next = *jose::KeyRing::generate();
  oauth::JwksSource source{{.location = *Url::parse("https://as.example/jwks"), .peer = {}, .timing = {}}, slow, clock};

  void publish(const jose::KeyRing& keys, std::optional<std::string> cache_control = std::nullopt) {
    client.on("https://as.example/jwks", [text = keys.public_keys().to_json_text(), cache_control](const auto&) -> Result<http::ClientResponse> {
      http::ClientResponse response{200, {}, text};
      if (cache_control) response.headers.set("Cache-Control", *cache_control);
      return response;
    });
  }
  void down(ErrorCode code = ErrorCode::Unreachable) {
    client.on("https://as.example/jwks", [code](const auto&) -> Result<http::ClientResponse> { return fail(code, "trouble"); });
  }
  Result<oauth::JwkSetPtr> keys_for(const jose::KeyRing& keys) {
    const auto token = token_of(keys);
    auto result = run_ready(source.keys_for(token));
    REQUIRE(result.has_value());
    return *std::move(result);
  }
  bool finds(const jose::KeyRing& keys) {
    const auto set = keys_for(keys);
    return set && jose::has_key_for(token_of(keys), **set);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "jwks source: one fetch serves until its life is over", "[oauth]") {
  publish(ring);
  for (int i = 0; i < 5; ++i) CHECK(finds(ring));
  CHECK(client.requests.size() == 1);
  CHECK(client.requests[0].method == "GET");
  clock.advance(15min - 1s);
  CHECK(finds(ring));
  CHECK(client.requests.size() == 1);
  clock.advance(1s);
  CHECK(finds(ring));
  CHECK(client.requests.size() == 2);
}

TEST_CASE_METHOD(Fixture, "jwks source: max-age is kept between a minute and a day", "[oauth]") {
  struct Case {
    const char* header;
    Seconds lifetime;
  };
  const Case cases[] = {{"max-age=300", 300s},
                        {"public, max-age=7200, must-revalidate", 7200s},
                        {"MAX-AGE=300", 300s},
                        {"max-age=0", 60s},
                        {"max-age=5", 60s},
                        {"no-store", 60s},
                        {"max-age=300, no-cache", 60s},
                        {"max-age=31536000", 86400s},
                        {"max-age=banana", 900s},
                        {"max-age=-5", 900s},
                        {"max-age=99999999999999", 900s},
                        {"", 900s},
                        {",,,", 900s}};
  for (const auto& c : cases) {
    INFO(c.header);
    publish(ring, c.header);
    clock.advance(48h);
    REQUIRE(finds(ring));
    const auto before = client.requests.size();
    clock.advance(c.lifetime - 1s);
    CHECK(finds(ring));
    CHECK(client.requests.size() == before);
    clock.advance(1s);
    CHECK(finds(ring));
    CHECK(client.requests.size() == before + 1);
  }
}

TEST_CASE_METHOD(Fixture, "jwks source: a rotated key is found at once", "[oauth]") {
  publish(ring);
  REQUIRE(finds(ring));
  publish(next);
  clock.advance(10s);
  CHECK(finds(next));
  CHECK(client.requests.size() == 2);
}

TEST_CASE_METHOD(Fixture, "jwks source: garbage key ids cannot hammer the issuer", "[oauth]") {
  publish(ring);
  REQUIRE(finds(ring));
  for (int second = 0; second < 60; ++second) {
    for (int i = 0; i < 3; ++i) CHECK_FALSE(finds(*jose::KeyRing::generate()));
    CHECK(finds(ring));
    clock.advance(1s);
  }
  CHECK(client.requests.size() <= 7);
}

TEST_CASE_METHOD(Fixture, "jwks source: a failing issuer is not hammered either, and its old keys serve a while", "[oauth]") {
  publish(ring, "max-age=60");
  REQUIRE(finds(ring));
  down();
  clock.advance(60s);
  for (int i = 0; i < 5; ++i) CHECK(finds(ring));
  CHECK(client.requests.size() == 2);
  clock.advance(59min);
  CHECK(finds(ring));
  clock.advance(2min);
  CHECK(keys_for(ring).error().code() == ErrorCode::Unreachable);
  CHECK(keys_for(ring).error().code() == ErrorCode::Unreachable);
  const auto before = client.requests.size();
  publish(ring);
  clock.advance(10s);
  CHECK(finds(ring));
  CHECK(client.requests.size() == before + 1);
}

TEST_CASE_METHOD(Fixture, "jwks source: answers that are no key set", "[oauth]") {
  struct Case {
    int status;
    std::string body;
    ErrorCode code;
  };
  const Case cases[] = {{404, "", ErrorCode::BadResponse},
                        {301, "", ErrorCode::BadResponse},
                        {500, R"({"keys":[]})", ErrorCode::BadResponse},
                        {200, "", ErrorCode::BadResponse},
                        {200, "<html>", ErrorCode::BadResponse},
                        {200, R"({"keys":7})", ErrorCode::BadResponse},
                        {200, R"({"keys":[],"keys":[]})", ErrorCode::BadResponse}};
  for (const auto& c : cases) {
    INFO(c.status << " " << c.body);
    client.on_json("https://as.example/jwks", c.status, c.body);
    clock.advance(48h);
    CHECK(keys_for(ring).error().code() == c.code);
  }
}

TEST_CASE_METHOD(Fixture, "jwks source: concurrent requests share one fetch", "[oauth]") {
  publish(ring);
  slow.gate.close();
  const auto token = token_of(ring);
  int good = 0;
  for (int i = 0; i < 10; ++i) start(source.keys_for(token), [&](auto set) { good += set && jose::has_key_for(token, **set) ? 1 : 0; });
  CHECK(slow.gate.waiting() == 1);
  slow.gate.open();
  CHECK(good == 10);
  CHECK(client.requests.size() == 1);
}

TEST_CASE_METHOD(Fixture, "jwks source: while a rotation is fetched, known keys do not wait and unknown ones do", "[oauth]") {
  publish(ring, "max-age=60");
  REQUIRE(finds(ring));
  clock.advance(61s);
  publish(next);
  slow.gate.close();
  const auto fresh = token_of(next);
  int found = 0;
  for (int i = 0; i < 3; ++i) start(source.keys_for(fresh), [&](auto set) { found += set && jose::has_key_for(fresh, **set) ? 1 : 0; });
  CHECK(finds(ring));  // not held up
  CHECK(found == 0);
  slow.gate.open();
  CHECK(found == 3);
  CHECK(client.requests.size() == 2);
}

TEST_CASE("jwks source: by discovery, with the metadata shared", "[oauth]") {
  test::FakeHttpClient client;
  test::FakeClock clock;
  const auto ring = *jose::KeyRing::generate();
  auto metadata = std::make_shared<oauth::MetadataSource>(oauth::DiscoverySettings{.issuer = "https://as.example"}, client, clock);
  oauth::JwksSource source({.location = metadata, .peer = {}, .timing = {}}, client, clock);
  const auto token = token_of(ring);
  client.on_json("https://as.example/.well-known/openid-configuration", 200, R"({"issuer":"https://as.example"})");
  CHECK(run_ready(source.keys_for(token))->error().code() == ErrorCode::BadResponse);
  client.on_json("https://as.example/.well-known/openid-configuration", 200, R"({"issuer":"https://as.example","jwks_uri":"https://keys.example/set"})");
  client.on_json("https://keys.example/set", 200, ring.public_keys().to_json_text());
  clock.advance(2h);
  CHECK(run_ready(source.keys_for(token))->has_value());
  CHECK(client.count("https://keys.example/") == 1);
}

TEST_CASE("jwks source: a plain http URL is not asked unless allowed", "[oauth]") {
  test::FakeHttpClient client;
  test::FakeClock clock;
  oauth::JwksSource source({.location = *Url::parse("http://as.internal/jwks"), .peer = {}, .timing = {}}, client, clock);
  CHECK(run_ready(source.keys())->error().code() == ErrorCode::InvalidInput);
  CHECK(client.requests.empty());
}
