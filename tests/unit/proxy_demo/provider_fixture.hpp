// A built-in identity provider and a browser with a cookie jar in front of it, without sockets.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/crypto/digest.hpp"
#include "proxy/demo/identity_provider.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

namespace vmcpauth::test {

inline const std::string kIssuer = "http://127.0.0.1:9001";
inline const std::string kCallback = "http://127.0.0.1:8080/oauth/callback";
inline const std::string kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";  // RFC 7636 appendix B
inline const std::string kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

inline proxy::IdentityProviderSpec oidc_spec(std::string name = "corporate-idp", std::string issuer = kIssuer) {
  proxy::IdentityProviderSpec spec{.name = std::move(name), .issuer = std::move(issuer)};
  spec.clients.push_back({.client_id = "web", .client_secret = Secret("s3cret+/ %"), .redirect_uris = {kCallback}});
  spec.clients.push_back({.client_id = "public", .client_secret = {}, .redirect_uris = {kCallback}});
  spec.clients.push_back(
      {.client_id = "sts", .client_secret = Secret("sts-secret"), .redirect_uris = {}, .may_exchange = true, .exchange_audiences = {"api://reports"}});
  return spec;
}

// The value of a field of a query or form text; "" when absent.
inline std::string field(std::string_view text, std::string_view name) {
  const auto fields = form_decode(text);
  REQUIRE(fields);
  for (const auto& [key, value] : *fields) {
    if (key == name) return value;
  }
  return {};
}

inline std::string query_of(const http::Response& response) {
  const std::string location(response.headers.get("Location").value_or(""));
  const auto mark = location.find('?');
  return mark == std::string::npos ? std::string() : location.substr(mark + 1);
}

struct World {
  FakeClock clock;
  CountingRandom random;
  proxy::TrustedIssuers trust;
};

class Browser {
 public:
  Browser(World& world, proxy::IdentityProviderSpec spec) : host_(spec.issuer.substr(spec.issuer.find("//") + 2)) {
    host_ = host_.substr(0, host_.find('/'));
    auto keys = jose::KeyRing::generate();
    REQUIRE(keys);
    auto made = proxy::IdentityProvider::make(std::move(spec), *std::move(keys), world.trust, world.clock, world.random);
    REQUIRE(made);
    idp = *std::move(made);
  }

  http::Response send(std::string method, std::string path, std::string query, http::Headers headers = {}, std::string body = {}) {
    headers.add("Host", host_);
    if (!jar.empty()) {
      std::string cookie;
      for (const auto& [name, value] : jar) cookie += (cookie.empty() ? "" : "; ") + name + "=" + value;
      headers.add("Cookie", cookie);
    }
    auto response = run_ready(
        idp->handle({.method = std::move(method), .path = std::move(path), .query = std::move(query), .headers = std::move(headers), .body = std::move(body)}));
    REQUIRE(response);
    for (const auto& header : response->headers) {
      if (header.name != "Set-Cookie") continue;
      const auto pair = header.value.substr(0, header.value.find(';'));
      jar[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
    }
    return *std::move(response);
  }
  http::Response get(std::string path, std::string query = {}, http::Headers headers = {}) {
    return send("GET", std::move(path), std::move(query), std::move(headers));
  }
  http::Response post(std::string path, const FormFields& form, http::Headers headers = {}, std::string query = {}) {
    headers.add("Content-Type", "application/x-www-form-urlencoded");
    return send("POST", std::move(path), std::move(query), std::move(headers), form_encode(form));
  }

  // Shows the page, then sends its form.
  http::Response decide(const FormFields& request, const std::string& user, const std::string& decision = "allow") {
    const auto query = form_encode(request);
    const auto page = get("/authorize", query);
    REQUIRE(page.status == 200);
    return post("/authorize", {{"csrf", csrf_of(page)}, {"user", user}, {"decision", decision}}, {}, query);
  }

  static std::string csrf_of(const http::Response& page) {
    const std::string mark = "name=\"csrf\" value=\"";
    const auto at = page.body.find(mark);
    REQUIRE(at != std::string::npos);
    const auto start = at + mark.size();
    return page.body.substr(start, page.body.find('"', start) - start);
  }

  std::unique_ptr<proxy::IdentityProvider> idp;
  std::map<std::string, std::string> jar;

 private:
  std::string host_;
};

inline FormFields authorize_request(std::string client = "web", std::string scope = "openid email offline_access") {
  return {{"response_type", "code"}, {"client_id", std::move(client)}, {"redirect_uri", kCallback},      {"scope", std::move(scope)}, {"state", "st&te"},
          {"nonce", "n-1"},          {"code_challenge", kChallenge},   {"code_challenge_method", "S256"}};
}

inline FormFields with(FormFields fields, const std::string& name, const std::string& value) {
  std::erase_if(fields, [&](const auto& f) { return f.first == name; });
  fields.emplace_back(name, value);
  return fields;
}

inline http::Headers basic(const std::string& id, const std::string& secret) {
  return {{"Authorization", "Basic " + base64_encode(percent_encode(id) + ":" + percent_encode(secret))}};
}

inline FormFields code_request(const std::string& code) {
  return {{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", kCallback}, {"code_verifier", kVerifier}};
}

inline Json json_of(const http::Response& response) {
  INFO(response.body);
  auto json = parse_json(response.body);
  REQUIRE(json);
  return *json;
}

inline Json claims_of(const std::string& token) {
  const auto parsed = jose::UnverifiedToken::parse(token);
  REQUIRE(parsed);
  return parsed->claims();
}

// A whole login of "web" as Ada.
inline Json login(Browser& browser, const std::string& scope = "openid email offline_access") {
  const auto back = browser.decide(authorize_request("web", scope), browser.idp->name() + "|ada");
  REQUIRE(back.status == 303);
  const auto answer = browser.post("/token", code_request(field(query_of(back), "code")), basic("web", "s3cret+/ %"));
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return json_of(answer);
}

}  // namespace vmcpauth::test
