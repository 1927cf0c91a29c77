#include "tests/unit/proxy_demo/provider_fixture.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

TEST_CASE("demo idp: discovery names exactly its endpoints") {
  World world;
  Browser browser(world, oidc_spec());
  const auto document = json_of(browser.get("/.well-known/openid-configuration"));
  CHECK(document["issuer"] == kIssuer);
  CHECK(document["jwks_uri"] == kIssuer + "/jwks");
  CHECK(document["id_token_signing_alg_values_supported"] == Json({"ES256"}));
  CHECK_FALSE(document.contains("registration_endpoint"));
  CHECK(json_of(browser.get("/jwks"))["keys"].size() == 1);
  CHECK(browser.get("/register").status == 404);
  CHECK(browser.get("/").status == 404);
  CHECK(browser.get("/token").status == 405);
  CHECK(browser.send("DELETE", "/authorize", "").status == 405);
}

TEST_CASE("demo idp: an issuer with a path serves everything below it") {
  World world;
  Browser browser(world, oidc_spec("corporate-idp", kIssuer + "/realms/a"));
  CHECK(json_of(browser.get("/realms/a/.well-known/openid-configuration"))["issuer"] == kIssuer + "/realms/a");
  CHECK(browser.get("/.well-known/oauth-authorization-server/realms/a").status == 200);
  CHECK(browser.get("/.well-known/openid-configuration").status == 404);
  CHECK(browser.get("/jwks").status == 404);
  CHECK(browser.get("/realms/ab/jwks").status == 404);
}

TEST_CASE("demo idp: an OAuth 2.0 provider is no OpenID provider") {
  World world;
  auto spec = oidc_spec("github-like");
  spec.kind = proxy::ProviderKind::OAuth2;
  Browser browser(world, std::move(spec));
  CHECK(browser.get("/.well-known/openid-configuration").status == 404);
  CHECK(browser.get("/.well-known/oauth-authorization-server").status == 200);
}

TEST_CASE("demo idp: a Host that is not its own is refused") {
  World world;
  Browser browser(world, oidc_spec());
  for (const auto& [host, status] : std::vector<std::pair<std::string, int>>{{"127.0.0.1:9001", 200},
                                                                             {"localhost:9001", 200},
                                                                             {"evil.example:9001", 421},
                                                                             {"127.0.0.1:9002", 421},
                                                                             {"127.0.0.1", 421},
                                                                             {"127.0.0.1:9001/x", 421},
                                                                             {"a b", 421}}) {
    const auto response = run_ready(browser.idp->handle({.method = "GET", .path = "/jwks", .headers = {{"Host", host}}}));
    INFO(host);
    CHECK(response->status == status);
  }
}

TEST_CASE("demo idp: allowing redirects with a code, the state and the issuer") {
  World world;
  Browser browser(world, oidc_spec());
  const auto back = browser.decide(authorize_request(), "corporate-idp|ada");
  REQUIRE(back.status == 303);
  CHECK(std::string(*back.headers.get("Location")).starts_with(kCallback + "?code="));
  CHECK(field(query_of(back), "state") == "st&te");
  CHECK(field(query_of(back), "iss") == kIssuer);
  CHECK(back.headers.get("Cache-Control") == "no-store");
}

TEST_CASE("demo idp: denying redirects with access_denied and no code") {
  World world;
  Browser browser(world, oidc_spec());
  const auto back = browser.decide(authorize_request(), "corporate-idp|ada", "deny");
  REQUIRE(back.status == 303);
  CHECK(field(query_of(back), "error") == "access_denied");
  CHECK(field(query_of(back), "state") == "st&te");
  CHECK(field(query_of(back), "code").empty());
}

TEST_CASE("demo idp: while client or redirect URI are in doubt nothing is redirected") {
  World world;
  Browser browser(world, oidc_spec());
  const auto good = authorize_request();
  auto two_clients = good;
  two_clients.emplace_back("client_id", "web");
  auto two_redirects = good;
  two_redirects.emplace_back("redirect_uri", "https://evil.example/");
  const std::vector<FormFields> cases{with(good, "client_id", "nobody"),
                                      with(good, "client_id", ""),
                                      with(good, "client_id", "sts"),
                                      with(good, "redirect_uri", kCallback + "/"),
                                      with(good, "redirect_uri", kCallback + "?x=1"),
                                      with(good, "redirect_uri", "http://127.0.0.1:8081/oauth/callback"),
                                      with(good, "redirect_uri", "http://localhost:8080/oauth/callback"),
                                      with(good, "redirect_uri", "https://evil.example/"),
                                      with(good, "redirect_uri", "javascript:alert(1)"),
                                      with(good, "redirect_uri", ""),
                                      two_clients,
                                      two_redirects};
  for (const auto& fields : cases) {
    INFO(form_encode(fields));
    const auto response = browser.get("/authorize", form_encode(fields));
    CHECK(response.status == 400);
    CHECK_FALSE(response.headers.contains("Location"));
    CHECK(browser.post("/authorize", {{"decision", "allow"}}, {}, form_encode(fields)).status == 400);
  }
  CHECK(browser.get("/authorize", "%zz").status == 400);
  CHECK(browser.get("/authorize", form_encode(with(good, "state", std::string(9000, 'x')))).status == 414);
}

TEST_CASE("demo idp: other faults of the request go back to the client") {
  World world;
  Browser browser(world, oidc_spec());
  const auto good = authorize_request();
  auto twice = good;
  twice.emplace_back("scope", "openid");
  struct Case {
    FormFields fields;
    const char* error;
  };
  const std::vector<Case> cases{{with(good, "response_type", "token"), "unsupported_response_type"},
                                {with(good, "response_type", "code id_token"), "unsupported_response_type"},
                                {with(good, "response_type", ""), "invalid_request"},
                                {with(good, "code_challenge_method", "plain"), "invalid_request"},
                                {with(good, "code_challenge_method", ""), "invalid_request"},
                                {with(good, "code_challenge", ""), "invalid_request"},
                                {with(good, "code_challenge", kChallenge + "A"), "invalid_request"},
                                {with(good, "code_challenge", kVerifier.substr(0, 42) + "="), "invalid_request"},
                                {with(good, "response_mode", "fragment"), "invalid_request"},
                                {with(good, "request", "x"), "request_not_supported"},
                                {with(good, "request_uri", "x"), "request_uri_not_supported"},
                                {with(good, "prompt", "none"), "login_required"},
                                {with(good, "scope", "a\"b"), "invalid_scope"},
                                {with(good, "resource", "not a url"), "invalid_target"},
                                {with(good, "resource", "https://a.example/#x"), "invalid_target"},
                                {twice, "invalid_request"}};
  for (const auto& c : cases) {
    INFO(form_encode(c.fields));
    const auto response = browser.get("/authorize", form_encode(c.fields));
    REQUIRE(response.status == 303);
    CHECK(std::string(*response.headers.get("Location")).starts_with(kCallback + "?"));
    CHECK(field(query_of(response), "error") == c.error);
    CHECK(field(query_of(response), "state") == "st&te");
  }
}

TEST_CASE("demo idp: the form counts only from the browser and for the request it was shown") {
  World world;
  Browser browser(world, oidc_spec());
  const auto query = form_encode(authorize_request());
  const auto csrf = Browser::csrf_of(browser.get("/authorize", query));
  const auto send = [&](const std::string& token, const std::string& q, http::Headers headers = {}) {
    return browser.post("/authorize", {{"csrf", token}, {"user", "corporate-idp|ada"}, {"decision", "allow"}}, std::move(headers), q).status;
  };
  auto flipped = csrf;
  flipped.back() = flipped.back() == 'A' ? 'Q' : 'A';
  const auto dot = csrf.find('.');
  const auto later = std::to_string(std::stoll(csrf.substr(0, dot)) + 1) + csrf.substr(dot);
  CHECK(send("", query) == 403);
  CHECK(send(flipped, query) == 403);
  CHECK(send(later, query) == 403);
  CHECK(send(csrf.substr(0, dot), query) == 403);
  CHECK(send(csrf.substr(0, dot + 1), query) == 403);
  CHECK(send(csrf, form_encode(with(authorize_request(), "nonce", "n-2"))) == 403);
  CHECK(send(csrf, query, {{"Sec-Fetch-Site", "cross-site"}}) == 403);
  CHECK(send(csrf, query, {{"Sec-Fetch-Site", "same-site"}}) == 403);
  const auto saved = browser.jar;
  browser.jar.clear();
  CHECK(send(csrf, query) == 403);  // no cookie
  for (const auto& [name, value] : saved) browser.jar[name] = base64url_encode(std::string(32, 'x'));
  CHECK(send(csrf, query) == 403);  // another browser's
  browser.jar = saved;
  CHECK(send(csrf, query, {{"Sec-Fetch-Site", "same-origin"}}) == 303);
  CHECK(send(csrf, query, {{"Sec-Fetch-Site", "none"}}) == 303);
  world.clock.advance(std::chrono::minutes(11));
  CHECK(send(csrf, query) == 403);
}

TEST_CASE("demo idp: a form without a known user or decision changes nothing") {
  World world;
  Browser browser(world, oidc_spec());
  CHECK(browser.decide(authorize_request(), "corporate-idp|mallory").status == 400);
  CHECK(browser.decide(authorize_request(), "corporate-idp|ada", "perhaps").status == 400);
  CHECK(browser.decide(authorize_request(), "", "").status == 400);
  CHECK(browser.send("POST", "/authorize", form_encode(authorize_request()), {{"Content-Type", "text/plain"}}, "x").status == 400);
}

TEST_CASE("demo idp: the page offers the hinted, else the last, else the first user") {
  World world;
  Browser browser(world, oidc_spec());
  const auto chosen = [&](const FormFields& request) {
    const auto page = browser.get("/authorize", form_encode(request));
    const auto at = page.body.find("\" checked");
    REQUIRE(at != std::string::npos);
    const auto start = page.body.rfind("value=\"", at) + 7;
    return page.body.substr(start, at - start);
  };
  CHECK(chosen(authorize_request()) == "corporate-idp|ada");
  CHECK(browser.decide(authorize_request(), "corporate-idp|grace").status == 303);
  CHECK(chosen(authorize_request()) == "corporate-idp|grace");
  CHECK(chosen(with(authorize_request(), "login_hint", "alan@example.com")) == "corporate-idp|alan");
  CHECK(chosen(with(authorize_request(), "login_hint", "nobody@example.com")) == "corporate-idp|grace");
}

TEST_CASE("demo idp: foreign text cannot become markup, and the policy allows no script") {
  World world;
  auto spec = oidc_spec();
  const std::string hostile = "<script>alert(1)</script>\"'";
  spec.clients.push_back({.client_id = hostile, .client_secret = {}, .redirect_uris = {kCallback}});
  Browser browser(world, std::move(spec));
  const auto page = browser.get("/authorize", form_encode(authorize_request(hostile, "openid <b>x</b>")));
  REQUIRE(page.status == 200);
  CHECK(page.body.find("<script") == std::string::npos);
  CHECK(page.body.find("<b>x") == std::string::npos);
  const std::string policy(*page.headers.get("Content-Security-Policy"));
  CHECK(policy.starts_with("default-src 'none'; style-src 'sha256-"));
  CHECK(policy.find("unsafe") == std::string::npos);
  // The policy's hash is the style's.
  const auto start = page.body.find("<style>") + 7;
  const auto style = page.body.substr(start, page.body.find("</style>") - start);
  CHECK(policy.find(base64_encode(crypto::sha256(style))) != std::string::npos);
  CHECK(page.headers.get("X-Frame-Options") == "DENY");
  CHECK(page.headers.get("Referrer-Policy") == "no-referrer");
  CHECK(page.headers.get("Cache-Control") == "no-store");
}
