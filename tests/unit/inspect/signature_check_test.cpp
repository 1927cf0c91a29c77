#include "core/inspect/signature_check.hpp"

#include "core/inspect/key_source.hpp"
#include "core/jose/key_ring.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/inspect/tokens.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using inspect::SignatureState;

TEST_CASE("signature: valid, altered, by another key, not checkable") {
  const auto ring = jose::KeyRing::generate().value();
  const auto other = jose::KeyRing::generate().value();
  const auto token = ring.sign("at+jwt", good_claims()).value();
  auto altered = token;
  altered[token.find('.') + 5] = altered[token.find('.') + 5] == 'A' ? 'B' : 'A';
  const auto state = [&](const std::string& text, const jose::JwkSet& keys) { return inspect::check_signature(decoded(text), keys, "keys").state; };
  CHECK(state(token, ring.public_keys()) == SignatureState::Valid);
  CHECK(state(altered, ring.public_keys()) == SignatureState::Invalid);
  CHECK(state(token.substr(0, token.size() - 4), ring.public_keys()) == SignatureState::Invalid);
  CHECK(state(token, other.public_keys()) == SignatureState::NoKey);
  CHECK(state(token, jose::JwkSet{}) == SignatureState::NoKey);
  CHECK(state(jwt({{"alg", "none"}}, good_claims()), ring.public_keys()) == SignatureState::Invalid);
  CHECK(state(jwt({{"alg", "HS256"}}, good_claims()), ring.public_keys()) == SignatureState::Invalid);
  CHECK(state("opaque", ring.public_keys()) == SignatureState::NotChecked);
  const auto check = inspect::check_signature(decoded(token), other.public_keys(), "the file keys.json");
  CHECK(check.keys_from == "the file keys.json");
  CHECK_THAT(check.detail, ContainsSubstring(*other.public_keys().keys().front().kid()));
}

TEST_CASE("keys: by configuration, from the issuer's discovery, at a URL") {
  FakeHttpClient http;
  FakeClock clock;
  const auto ring = jose::KeyRing::generate().value();
  http.on_json("https://idp.example/.well-known/openid-configuration", 200, R"({"issuer":"https://idp.example","jwks_uri":"https://idp.example/keys"})");
  http.on_json("https://idp.example/keys", 200, ring.public_keys().to_json_text());
  const auto count = [&](inspect::KeySource source) {
    auto keys = run_ready(inspect::obtain_keys(std::move(source), http, clock)).value();
    return keys ? keys->keys().size() : 0;
  };
  CHECK(count(inspect::keys_of_issuer("https://idp.example")) == 1);
  CHECK(count(inspect::keys_at_url(Url::parse("https://idp.example/keys").value())) == 1);
  CHECK(count(inspect::keys_of_issuer("https://other.example")) == 0);

  config::Runtime runtime;
  runtime.auth_server.emplace();
  runtime.auth_server->issuer = "https://vmcp.example";
  runtime.auth_server->upstreams.push_back({.name = "okta", .settings = config::OidcSettings{.issuer_url = "https://idp.example"}});
  const auto found = inspect::keys_by_configuration(runtime, {{"iss", "https://idp.example"}}).value();
  REQUIRE(found);
  CHECK(count({found->keys, found->shown, found->peer}) == 1);
  CHECK_FALSE(inspect::keys_by_configuration(runtime, {{"iss", "https://stranger.example"}}).value());
  // Without a signing key of its own: wherever the server publishes what it made.
  CHECK_THAT(inspect::keys_by_configuration(runtime, {{"iss", "https://vmcp.example"}}).value()->shown, ContainsSubstring("https://vmcp.example"));
  runtime.auth_server->signing_keys.pem.push_back(jose::KeyRing::generate_pem(jose::Algorithm::Es256).value());
  const auto own = inspect::keys_by_configuration(runtime, {{"iss", "https://vmcp.example"}}).value();
  CHECK(own->shown == "the configuration's signing keys");
  runtime.auth_server->signing_keys.pem.emplace_back("no key");
  CHECK_FALSE(inspect::keys_by_configuration(runtime, {{"iss", "https://vmcp.example"}}));
}
