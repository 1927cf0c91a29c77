// An OpenID provider of the tests: real keys and signatures over FakeHttpClient, and every part of it can be made to lie.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/encoding.hpp"
#include "core/config/runtime.hpp"
#include "core/jose/key_ring.hpp"
#include "core/upstream/make_provider.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"

namespace vmcpauth::test {

class FakeRegistrations final : public upstream::Registrations {
 public:
  std::map<std::string, upstream::Registration> kept;
  bool broken = false;
  [[nodiscard]] Task<Result<std::optional<upstream::Registration>>> find(std::string key) override {
    if (broken) co_return fail(ErrorCode::Unavailable, "the store is down");
    const auto it = kept.find(key);
    if (it == kept.end()) co_return std::optional<upstream::Registration>();
    co_return it->second.clone();
  }
  [[nodiscard]] Task<Result<void>> put(std::string key, upstream::Registration registration) override {
    if (broken) co_return fail(ErrorCode::Unavailable, "the store is down");
    kept.insert_or_assign(std::move(key), std::move(registration));
    co_return Result<void>();
  }
};

// What every provider test needs around it.
struct Surroundings {
  FakeHttpClient http;
  FakeClock clock;
  RecordingLog log;
  FakeRegistrations registrations;
  [[nodiscard]] upstream::Dependencies dependencies() { return {http, clock, log.logger, registrations, "https://vmcp.example.com"}; }
};

inline upstream::Leg a_leg() { return {"state-1", "nonce-1", Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")}; }
inline upstream::CallbackParameters a_callback() { return {.code = "code-1"}; }

inline http::ClientResponse json_answer(int status, const Json& body) { return {status, {{"Content-Type", "application/json"}}, dump_json(body)}; }

// The form a request carried.
inline std::map<std::string, std::string> form_of(const FakeHttpClient::Seen& seen) {
  std::map<std::string, std::string> out;
  const auto fields = form_decode(seen.body).value();
  for (const auto& [name, value] : fields) out[name] = value;
  return out;
}

struct FakeIdp {
  explicit FakeIdp(Surroundings& around, std::string issuer_url = "https://idp.example.com") : surroundings(around), issuer(std::move(issuer_url)) {
    metadata = {{"issuer", issuer},
                {"authorization_endpoint", issuer + "/authorize"},
                {"token_endpoint", issuer + "/token"},
                {"jwks_uri", issuer + "/jwks"},
                {"id_token_signing_alg_values_supported", {"ES256", "RS256"}},
                {"response_types_supported", {"code"}}};
    const auto now = unix_seconds(surroundings.clock.now());
    claims = {{"iss", issuer}, {"aud", "client-1"},  {"sub", "user-1"}, {"exp", now + 600},
              {"iat", now},    {"nonce", "nonce-1"}, {"name", "Ada"},   {"email", "ada@example.com"}};
    token = {{"access_token", "at-1"}, {"token_type", "Bearer"}, {"expires_in", 3600}, {"refresh_token", "rt-1"}};
    auto& http = surroundings.http;
    http.on(issuer, [](const auto&) { return Result<http::ClientResponse>({404, {}, "not here"}); });
    http.on(issuer + "/.well-known/openid-configuration", [this](const auto&) { return Result<http::ClientResponse>(json_answer(200, metadata)); });
    http.on(issuer + "/jwks",
            [this](const auto&) { return Result<http::ClientResponse>({200, {{"Content-Type", "application/json"}}, keys.public_keys().to_json_text()}); });
    http.on(issuer + "/token", [this](const auto&) {
      Json body = token;
      if (!body.contains("id_token")) body["id_token"] = signed_claims();
      return Result<http::ClientResponse>(json_answer(200, body));
    });
  }

  [[nodiscard]] std::string signed_claims() const { return keys.sign("JWT", claims).value(); }

  [[nodiscard]] config::Upstream settings() const {
    config::Upstream out{.name = "idp", .settings = config::OidcSettings{.issuer_url = issuer}, .client_id = "client-1"};
    out.client_secret.emplace("client-secret-1");
    out.redirect_uri = "https://vmcp.example.com/oauth/callback";
    out.scopes = {"openid", "offline_access"};
    return out;
  }
  [[nodiscard]] std::unique_ptr<upstream::Provider> provider() const { return provider(settings()); }
  [[nodiscard]] std::unique_ptr<upstream::Provider> provider(const config::Upstream& upstream) const {
    return upstream::make_provider(upstream, surroundings.dependencies()).value();
  }

  Surroundings& surroundings;
  std::string issuer;
  jose::KeyRing keys = jose::KeyRing::generate().value();
  Json metadata, claims, token;
};

}  // namespace vmcpauth::test
