// Bytes: a query up to the first line break, then a body, given to every endpoint of a built-in identity provider. No
// answer may redirect anywhere but to the registered redirect URI.
#include <cstdlib>

#include "core/base/random.hpp"
#include "proxy/demo/identity_provider.hpp"

using namespace vmcpauth;

namespace {

const std::string kCallback = "http://127.0.0.1:8080/oauth/callback";

struct Fixture {
  SystemClock clock;
  SystemRandom random;
  proxy::TrustedIssuers trust;
  std::unique_ptr<proxy::IdentityProvider> idp;

  Fixture() {
    proxy::IdentityProviderSpec spec{.name = "fuzz", .issuer = "http://127.0.0.1:9001"};
    spec.clients.push_back({.client_id = "c", .client_secret = {}, .redirect_uris = {kCallback}, .may_exchange = true});
    spec.registration.emplace();
    idp = *proxy::IdentityProvider::make(std::move(spec), *jose::KeyRing::generate(), trust, clock, random);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static Fixture fixture;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = text.substr(0, text.find('\n'));
  const auto body = text.substr(std::min(text.size(), query.size() + 1));
  for (const char* path : {"/authorize", "/token", "/userinfo", "/revoke", "/introspect", "/register"}) {
    for (const char* method : {"GET", "POST"}) {
      const bool json = std::string_view(path) == "/register";
      http::Headers headers{{"Content-Type", json ? "application/json" : "application/x-www-form-urlencoded"}, {"Cookie", std::string(query)}};
      if (std::string_view(path) == "/userinfo") headers.add("Authorization", "Bearer " + std::string(body));
      const auto response =
          run_ready(fixture.idp->handle({.method = method, .path = path, .query = std::string(query), .headers = headers, .body = std::string(body)}));
      if (!response) std::abort();
      const auto location = response->headers.get("Location");
      if (location && !location->starts_with(kCallback + "?")) std::abort();
    }
  }
  return 0;
}
