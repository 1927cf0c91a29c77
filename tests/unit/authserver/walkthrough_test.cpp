#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

constexpr const char* kStepUrl = "https://vmcp.example/oauth/step/";

// A login of three providers that stands at the page after the first.
struct Stopped {
  World world;
  Browser browser;
  std::string client_id, path;

  explicit Stopped(std::vector<std::string> upstreams = {"github", "slack", "jira"}) : world(std::move(upstreams)) {
    world.walkthrough = authserver::WalkthroughSettings{{{"slack", {{"chat<b>", "gets your token"}}}}};
    world.start();
    client_id = world.register_client({{"redirect_uris", {kRedirect}}, {"client_name", "<i>client"}})["client_id"];
    browser.visit(world.server(), "/oauth/authorize", world.authorize_query(client_id));
    world.provider(0).expires_at = world.clock.now() + Seconds(3600);
    const auto response = world.answer(browser, 0);
    REQUIRE(location(response).starts_with(kStepUrl));
    path = location(response).substr(std::string(kIssuer).size());
  }

  http::Response look() { return browser.send(world.server(), {.method = "GET", .path = path}); }
  http::Response post(std::string body, http::Headers headers = {{"Content-Type", "application/x-www-form-urlencoded"}}) {
    return browser.send(world.server(), {.method = "POST", .path = path, .headers = std::move(headers), .body = std::move(body)});
  }
};

bool is_refused_page(const http::Response& response) { return response.status == 400 && !response.headers.contains("location"); }

}  // namespace

TEST_CASE("walkthrough: the browser stops between legs, sees what was granted and what is next, and goes on") {
  Stopped login;
  CHECK(login.world.provider(1).legs.empty());
  const auto page = login.look();
  REQUIRE(page.status == 200);
  for (const auto* text : {"<h1>Next: slack</h1>", "Step 2 of 3", "127.0.0.1:7777", "Ada", "expires in 1h", "Why slack?", "chat&lt;b&gt;", "&lt;i&gt;client",
                           "Continue to slack", ">Cancel<", "aria-current=\"step\""}) {
    INFO(text);
    CHECK(page.body.find(text) != std::string::npos);
  }
  CHECK(page.body.find("<script") == std::string::npos);
  CHECK(page.headers.get("Referrer-Policy") == "same-origin");
  CHECK(page.headers.get("Cache-Control") == "no-store");
  const auto start = page.body.find("<style>") + 7;
  const auto style = page.body.substr(start, page.body.find("</style>") - start);
  CHECK(page.headers.get("Content-Security-Policy") ==
        "default-src 'none'; style-src 'sha256-" + base64_encode(crypto::sha256(style)) + "'; base-uri 'none'; frame-ancestors 'none'");
  // Looking again changes nothing.
  CHECK(login.look().body == page.body);

  CHECK(location(login.post("answer=continue")).starts_with("https://slack.test/authorize?"));
  const auto second = location(login.world.answer(login.browser, 1));
  REQUIRE(second.starts_with(kStepUrl));
  login.path = second.substr(std::string(kIssuer).size());
  CHECK(location(login.post("answer=continue")).starts_with("https://jira.test/authorize?"));
  auto answer = query_of(location(login.world.answer(login.browser, 2)));
  REQUIRE(answer.contains("code"));
  const auto tokens = login.world.redeem(login.client_id, answer["code"]);
  CHECK(login.world.upstream_tokens(World::claims_of(tokens.body["access_token"])["tsid"]).size() == 3);
}

TEST_CASE("walkthrough: cancel is access_denied to the client and deletes what was granted") {
  Stopped login;
  const auto response = login.post("answer=cancel");
  auto answer = query_of(location(response));
  CHECK(location(response).starts_with(std::string(kRedirect) + "?"));
  CHECK(answer["error"] == "access_denied");
  CHECK(answer["state"] == "client-state");
  CHECK(answer["iss"] == kIssuer);
  CHECK(login.world.log.text->find("the user cancelled the sign-in") != std::string::npos);
  CHECK(login.world.live_sessions() == 0);
  CHECK(is_refused_page(login.post("answer=continue")));
}

TEST_CASE("walkthrough: the answer works once, and only as a form of this site") {
  Stopped login;
  const http::Headers form{{"Content-Type", "application/x-www-form-urlencoded"}};
  auto foreign = form;
  foreign.set("Sec-Fetch-Site", "cross-site");
  auto sibling = form;
  sibling.set("Sec-Fetch-Site", "same-site");
  CHECK(is_refused_page(login.post("answer=continue", foreign)));
  CHECK(is_refused_page(login.post("answer=cancel", sibling)));
  CHECK(is_refused_page(login.post("answer=continue", {{"Content-Type", "text/plain"}})));
  for (const auto* body : {"", "answer=", "answer=yes", "answer=continue&answer=cancel", "answer=%zz", "other=continue"}) {
    INFO(body);
    CHECK(is_refused_page(login.post(body)));
  }
  CHECK(login.world.provider(1).legs.empty());
  // None of that used the step up.
  CHECK(location(login.post("answer=continue")).starts_with("https://slack.test/authorize?"));
  CHECK(is_refused_page(login.post("answer=continue")));
  CHECK(is_refused_page(login.post("answer=cancel")));
  CHECK(login.world.provider(1).legs.size() == 1);
}

TEST_CASE("walkthrough: another browser sees nothing, and its answer ends the login") {
  Stopped login;
  Browser other;
  CHECK(is_refused_page(other.send(login.world.server(), {.method = "GET", .path = login.path})));
  http::Request post{.method = "POST", .path = login.path, .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}, .body = "answer=continue"};
  CHECK(is_refused_page(other.send(login.world.server(), post)));
  CHECK(login.world.provider(1).legs.empty());
  CHECK(login.world.live_sessions() == 0);
  CHECK(is_refused_page(login.post("answer=continue")));
}

TEST_CASE("walkthrough: a step is no callback and a callback is no step") {
  Stopped login;
  const auto id = login.path.substr(login.path.rfind('/') + 1);
  CHECK(is_refused_page(login.browser.visit(login.world.server(), "/oauth/callback", {{"state", "step." + id}, {"code", "c"}})));
  CHECK(login.world.provider(1).finished.empty());
  CHECK(location(login.post("answer=continue")).starts_with("https://slack.test/"));
  login.path = "/oauth/step/" + login.world.provider(1).legs.back().state;
  CHECK(is_refused_page(login.post("answer=continue")));
  CHECK(location(login.world.answer(login.browser, 1)).starts_with(kStepUrl));
}

TEST_CASE("walkthrough: ten minutes at the page are too long; unknown and damaged addresses lead nowhere") {
  Stopped login;
  const std::vector<std::string> damaged{"", "x", "../authorize", "%2e", std::string(43, '!'), std::string(5000, 'A')};
  for (const auto& id : damaged) {
    const auto response = login.browser.send(login.world.server(), {.method = "GET", .path = "/oauth/step/" + id});
    INFO(id);
    CHECK(response.status != 200);
  }
  login.world.clock.advance(Seconds(600));
  CHECK(is_refused_page(login.post("answer=continue")));
  CHECK(login.world.provider(1).legs.empty());
}

TEST_CASE("walkthrough: the next provider being down ends the login with its error") {
  Stopped login;
  login.world.provider(1).url_error = Error(ErrorCode::Unreachable, "connection refused");
  auto answer = query_of(location(login.post("answer=continue")));
  CHECK(answer["error"] == "temporarily_unavailable");
  CHECK(login.world.live_sessions() == 0);
}

TEST_CASE("walkthrough: without it there is no page") {
  World world;
  world.start();
  Browser browser;
  const auto response = browser.send(world.server(), {.method = "GET", .path = "/oauth/step/" + base64url_encode(std::string(32, 'x'))});
  CHECK(response.status == 404);
}

TEST_CASE("login: when the first provider cannot be reached, the report opens in the browser that asked") {
  World world;
  world.start();
  world.provider(0).url_error = Error(ErrorCode::Unreachable, "connection refused");
  const std::string id = world.register_client()["client_id"];
  Browser browser;
  auto answer = query_of(location(browser.visit(world.server(), "/oauth/authorize", world.authorize_query(id))));
  REQUIRE(answer.contains("error_uri"));
  const auto path = answer["error_uri"].substr(std::string(kIssuer).size());
  const auto report = browser.send(world.server(), {.method = "GET", .path = path});
  CHECK(report.status == 200);
  CHECK(report.body.find("connection refused") != std::string::npos);
  Browser other;
  CHECK(other.send(world.server(), {.method = "GET", .path = path}).status == 404);
}

TEST_CASE("consent: the user is asked before the first provider when the answer would leave this machine, whoever registered the client") {
  constexpr const char* kRemote = "https://app.evil.example/cb";
  World world({"github", "slack"});
  world.start();
  const std::string id = world.register_client({{"redirect_uris", {kRemote, kRedirect, "cursor://x/cb"}}, {"client_name", "Nice App"}})["client_id"];
  const auto query = [&](const char* redirect) { return with(world.authorize_query(id), "redirect_uri", redirect); };

  // Native clients: the answer stays here.
  for (const auto* redirect : {kRedirect, "cursor://x/cb"}) {
    Browser native;
    CHECK(location(native.visit(world.server(), "/oauth/authorize", query(redirect))).starts_with("https://github.test/authorize?"));
  }

  const auto asked = world.provider(0).legs.size();
  Browser victim;
  const auto page = victim.visit(world.server(), "/oauth/authorize", query(kRemote));
  REQUIRE(page.status == 200);
  CHECK(world.provider(0).legs.size() == asked);
  const auto path = step_of(page.body);
  REQUIRE_FALSE(path.empty());
  for (const auto* text : {"Nice App", "app.evil.example", "Step 1 of 2", ">Cancel<"}) {
    INFO(text);
    CHECK(page.body.find(text) != std::string::npos);
  }

  const http::Headers form{{"Content-Type", "application/x-www-form-urlencoded"}};
  const http::Request yes{.method = "POST", .path = path, .headers = form, .body = "answer=continue"};
  // Nobody can agree in the user's place: not another site, not another browser.
  auto elsewhere = yes;
  elsewhere.headers.set("Sec-Fetch-Site", "cross-site");
  CHECK(is_refused_page(victim.send(world.server(), elsewhere)));
  CHECK(location(victim.send(world.server(), yes)).starts_with("https://github.test/authorize?"));
  CHECK(is_refused_page(victim.send(world.server(), yes)));

  Browser stranger, second;
  const auto again = step_of(second.visit(world.server(), "/oauth/authorize", query(kRemote)).body);
  CHECK(is_refused_page(stranger.send(world.server(), {.method = "POST", .path = again, .headers = form, .body = "answer=continue"})));

  Browser third;
  const auto refused = step_of(third.visit(world.server(), "/oauth/authorize", query(kRemote)).body);
  auto answer = query_of(location(third.send(world.server(), {.method = "POST", .path = refused, .headers = form, .body = "answer=cancel"})));
  CHECK(answer["error"] == "access_denied");
  CHECK(answer["iss"] == kIssuer);
}
