#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

struct Login {
  World world;
  Browser browser;
  std::string client_id;

  explicit Login(std::vector<std::string> upstreams = {"github", "slack"}) : world(std::move(upstreams)) {
    world.start();
    client_id = world.register_client()["client_id"];
    browser.visit(world.server(), "/oauth/authorize", world.authorize_query(client_id));
  }
};

bool is_refused_page(const http::Response& response) { return response.status == 400 && !response.headers.contains("location"); }

}  // namespace

TEST_CASE("callback: unknown, malformed, missing or doubled state is a page") {
  Login login;
  const auto state = login.world.provider(0).legs[0].state;
  const std::vector<std::string> queries{"code=c",
                                         "code=c&state=",
                                         "code=c&state=unknown",
                                         "code=c&state=" + std::string(500, 'x'),
                                         "code=c&state=" + state + "&state=" + state,
                                         "code=c&code=d&state=" + state,
                                         "error=a&error=b&state=" + state,
                                         "state=%zz",
                                         "state=" + state.substr(1) + "&code=c",
                                         std::string(40'000, 'x')};
  for (const auto& query : queries) {
    INFO(query.substr(0, 100));
    CHECK(is_refused_page(login.browser.send(login.world.server(), {.method = "GET", .path = "/oauth/callback", .query = query})));
  }
  CHECK(login.world.provider(0).callbacks.empty());
  // None of that used the leg up.
  CHECK(location(login.world.answer(login.browser, 0)).starts_with("https://slack.test/"));
}

TEST_CASE("callback: a state works once") {
  Login login;
  const auto cookies = login.browser.cookies;
  login.world.answer(login.browser, 0);
  login.browser.cookies = cookies;
  CHECK(is_refused_page(login.world.answer(login.browser, 0)));
  CHECK(login.world.provider(0).finished.size() == 1);
}

TEST_CASE("callback: a login takes ten minutes at most a leg") {
  Login login;
  login.world.clock.advance(Seconds(600));
  CHECK(is_refused_page(login.world.answer(login.browser, 0)));
  CHECK(login.world.provider(0).finished.empty());
}

TEST_CASE("callback: in another browser it is refused, nothing is exchanged, and the client hears nothing") {
  Login login;
  SECTION("no cookie") {
    Browser victim;
    CHECK(is_refused_page(login.world.answer(victim, 0)));
  }
  SECTION("the cookie of another login") {
    Browser victim;
    victim.visit(login.world.server(), "/oauth/authorize", login.world.authorize_query(login.client_id));
    const auto& leg = login.world.provider(0).legs[0];
    CHECK(is_refused_page(victim.visit(login.world.server(), "/oauth/callback", {{"state", leg.state}, {"code", "c"}})));
  }
  SECTION("the right name with another value") {
    Browser victim;
    victim.cookies[login.browser.cookies.begin()->first] = std::string(43, 'A');
    CHECK(is_refused_page(login.world.answer(victim, 0)));
  }
  SECTION("sent twice") {
    const auto& [name, value] = *login.browser.cookies.begin();
    http::Request request{.method = "GET", .path = "/oauth/callback", .query = form_encode({{"state", login.world.provider(0).legs[0].state}, {"code", "c"}})};
    request.headers.set("Cookie", name + "=" + value + "; " + name + "=x");
    CHECK(is_refused_page(login.world.send(std::move(request))));
  }
  CHECK(login.world.provider(0).callbacks.empty());
  // The login is over for the one who began it, too.
  CHECK(is_refused_page(login.world.answer(login.browser, 0)));
}

TEST_CASE("callback: in another browser on a later leg, the earlier legs' tokens go") {
  Login login;
  login.world.answer(login.browser, 0);
  CHECK(login.world.store.sizes().sessions == 1);
  Browser victim;
  CHECK(is_refused_page(login.world.answer(victim, 1)));
  CHECK(login.world.store.sizes().sessions == 0);
}

TEST_CASE("callback: legs cannot be mixed up: the state decides which provider is asked") {
  Login login;
  login.world.answer(login.browser, 0);
  // The second leg's state with a code of the first provider: the second provider is asked to redeem it, with its own secrets.
  login.world.answer(login.browser, 1, {{"code", "a-code-of-github"}, {"iss", "https://github.test"}});
  CHECK(login.world.provider(0).finished.size() == 1);
  REQUIRE(login.world.provider(1).callbacks.size() == 1);
  CHECK(login.world.provider(1).callbacks[0].code == "a-code-of-github");
  CHECK(login.world.provider(1).callbacks[0].iss == "https://github.test");  // the provider checks it
  CHECK(login.world.provider(1).finished[0].pkce_verifier.reveal() == login.world.provider(1).legs[0].pkce_verifier.reveal());
}

TEST_CASE("callback: a provider's refusal ends the login; the client gets a fixed text, the developer the provider's words") {
  Login login;
  login.world.answer(login.browser, 0);
  auto response =
      login.world.answer(login.browser, 1, {{"error", "access_denied"}, {"error_description", "user said <b>no</b>; token=abcdef0123456789abcdef0123456789"}});
  REQUIRE(response.status == 303);
  auto answer = query_of(location(response));
  CHECK(answer["error"] == "access_denied");
  CHECK(answer["state"] == "client-state");
  CHECK(answer["iss"] == kIssuer);
  CHECK(answer["error_description"] == "The sign-in was denied or cancelled.");
  CHECK(login.world.store.sizes().sessions == 0);
  CHECK(login.world.log.text->find("user said") != std::string::npos);
  CHECK(login.world.log.text->find("abcdef0123456789") == std::string::npos);

  const std::string report = answer["error_uri"];
  REQUIRE(report.starts_with(std::string(kIssuer) + "/oauth/error/"));
  const auto path = report.substr(std::string(kIssuer).size());
  const auto page = login.browser.visit(login.world.server(), path, {});
  CHECK(page.status == 200);
  CHECK(page.body.find("user said &lt;b&gt;no&lt;/b&gt;") != std::string::npos);
  CHECK(page.body.find("abcdef0123456789") == std::string::npos);
  CHECK(page.body.find("slack") != std::string::npos);
  CHECK(page.body.find("exchange failed") != std::string::npos);
  // Whoever else learns the address sees nothing.
  Browser stranger;
  CHECK(stranger.visit(login.world.server(), path, {}).status == 404);
  CHECK(login.browser.visit(login.world.server(), "/oauth/error/guess", {}).status == 404);
  login.world.clock.advance(Seconds(601));
  CHECK(login.browser.visit(login.world.server(), path, {}).status == 404);
}

TEST_CASE("callback: every way a provider can fail becomes an OAuth error of ours, and the tokens go") {
  struct Case {
    Error error;
    const char* code;
  };
  const std::vector<Case> cases{
      {Error(ErrorCode::UpstreamError, "token endpoint").with_oauth_code("invalid_grant"), "server_error"},
      {Error(ErrorCode::UpstreamError, "token endpoint").with_oauth_code("invalid_client"), "server_error"},
      {Error(ErrorCode::UpstreamError, "x").with_oauth_code("login_required"), "access_denied"},
      {Error(ErrorCode::UpstreamError, "x").with_oauth_code("temporarily_unavailable"), "temporarily_unavailable"},
      {Error(ErrorCode::UpstreamError, "x").with_oauth_code("made_up_by_provider"), "server_error"},
      {Error(ErrorCode::UpstreamError, "x"), "server_error"},
      {Error(ErrorCode::BadResponse, "wrong nonce"), "server_error"},
      {Error(ErrorCode::BadSignature, "ID token"), "server_error"},
      {Error(ErrorCode::Expired, "ID token"), "server_error"},
      {Error(ErrorCode::Unauthenticated, "wrong issuer"), "server_error"},
      {Error(ErrorCode::BlockedAddress, "private"), "server_error"},
      {Error(ErrorCode::Timeout, "hangs"), "temporarily_unavailable"},
      {Error(ErrorCode::Unreachable, "closed"), "temporarily_unavailable"},
      {Error(ErrorCode::Denied, "no"), "access_denied"},
  };
  for (const auto& c : cases) {
    Login login;
    login.world.answer(login.browser, 0);
    login.world.provider(1).finish_error = c.error;
    auto answer = query_of(location(login.world.answer(login.browser, 1)));
    INFO(c.error.describe());
    CHECK(answer["error"] == c.code);
    CHECK(answer["state"] == "client-state");
    CHECK(answer["iss"] == kIssuer);
    CHECK(login.world.store.sizes().sessions == 0);
    CHECK(login.world.store.sizes().codes == 0);
  }
}

TEST_CASE("callback: no answer without code and error, and none with an empty subject") {
  Login login;
  SECTION("neither code nor error") { CHECK(query_of(location(login.world.answer(login.browser, 0, {})))["error"] == "server_error"); }
  SECTION("empty code") { CHECK(query_of(location(login.world.answer(login.browser, 0, {{"code", ""}})))["error"] == "server_error"); }
  SECTION("no subject") {
    login.world.provider(0).subject.clear();
    CHECK(query_of(location(login.world.answer(login.browser, 0)))["error"] == "server_error");
  }
}

TEST_CASE("callback: 5,000 logins started and abandoned stay bounded and expire away, half-finished ones with their tokens") {
  World world;
  world.start();
  const std::string id = world.register_client()["client_id"];
  for (int i = 0; i < 5000; ++i) {
    Browser browser;
    browser.visit(world.server(), "/oauth/authorize", world.authorize_query(id));
    if (i % 10 == 0) world.answer(browser, 0);
  }
  CHECK(world.store.sizes().pending == 5000);
  CHECK(world.store.sizes().sessions == 500);
  CHECK(world.timeline.recent(1'000'000).size() <= 4096);
  world.clock.advance(Seconds(601));
  const auto swept = run_ready(world.store.sweep(world.clock.now()));
  REQUIRE(swept.has_value());
  CHECK(world.store.sizes().pending == 0);
  CHECK(world.store.sizes().sessions == 0);
}

TEST_CASE("callback: when the cookie cannot follow to the callback's host the login still works, and the log says so") {
  World world({"github"});
  world.config.upstreams[0].redirect_uri = "http://127.0.0.1:4000/oauth/callback";
  world.start();
  CHECK(world.log.text->find("login_not_bound_to_browser") != std::string::npos);
  const std::string id = world.register_client()["client_id"];
  Browser browser;
  browser.visit(world.server(), "/oauth/authorize", world.authorize_query(id));
  CHECK(browser.cookies.empty());
  CHECK(query_of(location(world.answer(browser, 0))).contains("code"));
}

TEST_CASE("timeline: tells the login step by step and holds no secret") {
  Login login;
  login.world.answer(login.browser, 0);
  const auto code = query_of(location(login.world.answer(login.browser, 1)))["code"];
  const auto tokens = login.world.redeem(login.client_id, code);
  const auto session = World::claims_of(tokens.body["access_token"])["tsid"].get<std::string>();
  std::vector<std::string> steps;
  std::string everything;
  for (const auto& event : login.world.timeline.of_login(authserver::login_id(session))) {
    steps.emplace_back(to_string(event.kind));
    everything += event.detail + event.login + event.code + event.provider + event.client_id;
  }
  CHECK(steps == std::vector<std::string>{"login_started", "leg_started", "callback_received", "exchange_succeeded", "tokens_stored", "leg_started",
                                          "callback_received", "exchange_succeeded", "tokens_stored", "code_issued", "token_issued"});
  everything += *login.world.log.text;
  for (const std::string& secret :
       {session, code, login.world.provider(0).legs[0].state, login.world.provider(0).legs[0].pkce_verifier.reveal(), std::string("github-access-1"),
        std::string("github-refresh-1"), tokens.body["access_token"].get<std::string>(), tokens.body["refresh_token"].get<std::string>(),
        std::string("upstream-code"), std::string("client-state"), std::string(kVerifier)}) {
    CHECK(everything.find(secret) == std::string::npos);
  }
}
