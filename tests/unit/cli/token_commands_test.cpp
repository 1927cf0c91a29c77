#include "tests/support/catch.hpp"
#include "tests/unit/cli/fake_world.hpp"

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"

using namespace vmcpauth;
using cli::ExitStatus;
using cli::test::FakeWorld;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;

store::UpstreamTokens row_of(const std::string& provider, std::int64_t expires_in, bool refreshable = true) {
  store::UpstreamTokens row;
  row.provider = provider;
  row.access_token = Secret("access-marker-" + provider);
  if (refreshable) row.refresh_token = Secret("refresh-marker-" + provider);
  row.expires_at = from_unix_seconds(kNow + expires_in);
  row.user_id = "user-1";
  row.user_name = "Ann\x1b[31m";  // what a provider sends is shown, not obeyed
  row.user_email = "ann@example.com";
  row.client_id = "client-1";
  row.scopes = {"openid"};
  return row;
}

struct Stored : FakeWorld {
  Stored() {
    put("aaaa1111bbbb2222", row_of("corp", 3600));
    put("aaaa1111bbbb2222", row_of("hub", -60, false));
    put("cccc3333dddd4444", row_of("corp", 600));
  }
  void put(const std::string& session, store::UpstreamTokens row) { REQUIRE(run_ready(store->put_upstream_tokens(session, std::move(row))).value()); }
  // Runs the words and forgets what earlier ones printed.
  ExitStatus token(const std::vector<std::string>& words) {
    output.str("");
    error.str("");
    std::vector<std::string> all{"token"};
    all.insert(all.end(), words.begin(), words.end());
    return run(all);
  }
  Json json() const {
    const auto parsed = parse_json_object(output.str());
    INFO(output.str());
    REQUIRE(parsed);
    return *parsed;
  }
};

std::string jwt(const Json& claims) { return base64url_encode(R"({"alg":"ES256","kid":"k"})") + "." + base64url_encode(dump_json(claims)) + ".c2lnbmF0dXJl"; }

}  // namespace

TEST_CASE("token list: text and JSON, no token, and foreign text made fit for a terminal") {
  Stored w;
  REQUIRE(w.token({"list"}) == ExitStatus::Fine);
  const auto text = w.output.str();
  CHECK_THAT(text, ContainsSubstring("aaaa1111bbbb") && ContainsSubstring("ann@example.com"));
  CHECK_THAT(text, ContainsSubstring("expired 1m ago") && ContainsSubstring("no refresh token"));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("marker") == std::string::npos);
  REQUIRE(w.token({"list", "--json", "--provider", "hub"}) == ExitStatus::Fine);
  const auto json = w.json();
  REQUIRE(json["sessions"].size() == 1);
  CHECK(json["sessions"][0]["tsid"] == "aaaa1111bbbb2222");
  CHECK(json["sessions"][0]["providers"][0]["expired"] == true);
  CHECK(w.output.str().find("marker") == std::string::npos);
  REQUIRE(w.token({"list", "--user", "nobody"}) == ExitStatus::Fine);
  CHECK(w.output.str() == "no sessions in memory\n");
}

TEST_CASE("token list: the store's options reach the opener, and wrong ones the user") {
  Stored w;
  REQUIRE(w.token({"list", "--store", "redis://r:6379", "--server", "ns/name"}) == ExitStatus::Fine);
  CHECK(w.opened.back().location == "redis://r:6379");
  CHECK(w.opened.back().server == "ns/name");
  CHECK_FALSE(w.opened.back().writable);
  for (const auto& words : std::vector<std::vector<std::string>>{{"list", "--store", "ftp://x"},
                                                                 {"list", "--store", "sqlite:"},
                                                                 {"list", "--expiring", "soon"},
                                                                 {"list", "--expiring", "-1h"},
                                                                 {"list", "--expired", "--expiring", "1h"},
                                                                 {"list", "--server", "a", "--prefix", "b"},
                                                                 {"revoke"},
                                                                 {"revoke", "aaaa"},
                                                                 {"refresh", "aaaa"},
                                                                 {"import"},
                                                                 {"exchange"},
                                                                 {"dump", "--reveal", "--encrypt"},
                                                                 {"dump", "--passphrase-file", "x"},
                                                                 {"frobnicate"}}) {
    INFO(words.front() << " " << words.back());
    CHECK(w.token(words) == ExitStatus::Usage);
    CHECK(w.output.str().empty());
  }
}

TEST_CASE("token: the password of a Redis may come from the environment, never beside one in the URL") {
  Stored w;
  w.env.values["VMCPAUTH_REDIS_PASSWORD"] = "p@ss/word";
  REQUIRE(w.token({"list", "--store", "redis://r:6379/2"}) == ExitStatus::Fine);
  CHECK(w.opened.back().location == "redis://:p%40ss%2Fword@r:6379/2");
  w.env.values["VMCPAUTH_REDIS_USERNAME"] = "reader";
  REQUIRE(w.token({"list", "--store", "rediss://r"}) == ExitStatus::Fine);
  CHECK(w.opened.back().location == "rediss://reader:p%40ss%2Fword@r");
  REQUIRE(w.token({"list", "--store", "redis://:other@r"}) == ExitStatus::Fine);
  CHECK(w.opened.back().location == "redis://:other@r");
  REQUIRE(w.token({"list", "--store", "sqlite:a.db"}) == ExitStatus::Fine);
  CHECK(w.opened.back().location == "sqlite:a.db");
}

TEST_CASE("token: a Redis is changed only with --write") {
  Stored w;
  const auto count = w.opened.size();
  CHECK(w.token({"revoke", "aaaa", "--local-only", "--store", "redis://r"}) == ExitStatus::Findings);
  CHECK_THAT(w.error.str(), ContainsSubstring("--write"));
  CHECK(w.opened.size() == count);
  CHECK(w.token({"revoke", "aaaa", "--local-only", "--store", "redis://r", "--write"}) == ExitStatus::Fine);
  CHECK(w.opened.back().writable);
}

TEST_CASE("token get: prints one token, or says why not") {
  Stored w;
  REQUIRE(w.token({"get", "cccc"}) == ExitStatus::Fine);
  CHECK(w.output.str() == "access-marker-corp\n");
  CHECK(w.token({"get"}) == ExitStatus::Findings);
  CHECK_THAT(w.error.str(), ContainsSubstring("several sessions fit"));
  CHECK(w.token({"get", "aaaa"}) == ExitStatus::Findings);
  CHECK_THAT(w.error.str(), ContainsSubstring("corp, hub"));
  CHECK(w.token({"get", "aaaa", "--provider", "hub"}) == ExitStatus::NotLoggedIn);
  CHECK_THAT(w.error.str(), ContainsSubstring("sign in again"));
  CHECK(w.token({"get", "zzzz"}) == ExitStatus::CouldNotRun);
  CHECK(w.token({"get", "cccc", "--id-token"}) == ExitStatus::CouldNotRun);
  CHECK(w.output.str().empty());
}

TEST_CASE("token doctor: exit status and text") {
  Stored w;
  CHECK(w.token({"doctor"}) == ExitStatus::Findings);
  CHECK_THAT(w.output.str(), ContainsSubstring("hub: problem: the access token expired 1m ago and there is no refresh token: sign in again"));
  CHECK_THAT(w.output.str(), ContainsSubstring("2 sessions: 1 with problems, 0 with warnings, 1 fine"));
  CHECK(w.token({"doctor", "cccc"}) == ExitStatus::Fine);
  w.put("cccc3333dddd4444", row_of("github", 2520, false));
  CHECK(w.token({"doctor", "cccc"}) == ExitStatus::Fine);
  CHECK_THAT(w.output.str(), ContainsSubstring("github: warning: no refresh token; the session dies in 42 min"));
  CHECK(w.token({"doctor", "cccc", "--strict"}) == ExitStatus::Findings);
  CHECK(w.token({"doctor", "nobody"}) == ExitStatus::CouldNotRun);
  REQUIRE(w.token({"doctor", "--json"}) == ExitStatus::Findings);
  CHECK(w.json()["with_problems"] == 1);
}

TEST_CASE("token inspect: from standard input, given, and of a session") {
  Stored w;
  const auto good = jwt({{"iss", "https://idp.example"}, {"sub", "u"}, {"aud", "a"}, {"exp", kNow + 60 * 60}, {"iat", kNow}});
  w.input.str(good + "\n");
  REQUIRE(w.token({"inspect", "-"}) == ExitStatus::Fine);
  CHECK_THAT(w.output.str(), ContainsSubstring("2027-01-15 09:00:00Z, in 1h"));
  CHECK(w.output.str().find(good) == std::string::npos);
  CHECK(w.token({"inspect", good, "--json"}) == ExitStatus::Fine);
  CHECK(w.json()["tokens"][0]["claims"]["sub"] == "u");
  CHECK(w.token({"inspect", jwt({{"exp", 1}})}) == ExitStatus::Findings);
  REQUIRE(w.token({"inspect", "aaaa"}) == ExitStatus::Fine);
  CHECK_THAT(w.output.str(), ContainsSubstring("access token of provider \"corp\"") && ContainsSubstring("access token of provider \"hub\""));
  CHECK(w.output.str().find("marker") == std::string::npos);
  CHECK(w.token({"inspect", "nobody"}) == ExitStatus::CouldNotRun);
  w.input.str("");
  w.input.clear();
  CHECK(w.token({"inspect", "-"}) == ExitStatus::Findings);
  w.terminal.input_is_terminal = true;
  CHECK(w.token({"inspect"}) == ExitStatus::Usage);
}

TEST_CASE("token dump and import: redacted by default, whole under a passphrase") {
  Stored w;
  REQUIRE(w.token({"dump"}) == ExitStatus::Fine);
  CHECK(w.output.str().find("marker") == std::string::npos);
  CHECK(w.json()["counts"]["upstream"] == 3);
  REQUIRE(w.token({"dump", "aaaa"}) == ExitStatus::Fine);
  CHECK(w.json()["counts"]["upstream"] == 2);
  w.env.values["VMCPAUTH_PASSPHRASE"] = "correct horse";
  REQUIRE(w.token({"dump", "--encrypt", "-o", "file.dump"}) == ExitStatus::Fine);
  CHECK(w.output.str().empty());
  CHECK(w.files.content.at("file.dump").find("marker") == std::string::npos);
  CHECK(w.token({"dump", "-o", "file.dump"}) == ExitStatus::Findings);

  w.store = std::make_shared<store::MemoryStore>();
  REQUIRE(w.token({"import", "file.dump", "--dry-run"}) == ExitStatus::Fine);
  CHECK_THAT(w.output.str(), ContainsSubstring("would go into memory"));
  CHECK(w.token({"get", "cccc"}) == ExitStatus::CouldNotRun);
  REQUIRE(w.token({"import", "file.dump"}) == ExitStatus::Fine);
  CHECK(w.token({"get", "cccc"}) == ExitStatus::Fine);
  CHECK(w.output.str() == "access-marker-corp\n");
  w.env.values["VMCPAUTH_PASSPHRASE"] = "wrong";
  CHECK(w.token({"import", "file.dump"}) == ExitStatus::Findings);
  CHECK(w.token({"import", "nowhere"}) == ExitStatus::CouldNotRun);

  REQUIRE(w.token({"dump", "--reveal"}) == ExitStatus::Fine);
  const auto revealed = w.output.str();
  CHECK_THAT(revealed, ContainsSubstring("refresh-marker-corp"));
  w.store = std::make_shared<store::MemoryStore>();
  w.input.str(revealed);
  w.input.clear();
  REQUIRE(w.token({"import", "-"}) == ExitStatus::Fine);
  CHECK(w.token({"get", "cccc"}) == ExitStatus::Fine);
}

TEST_CASE("token revoke: one provider, a session, a user, without asking anybody") {
  Stored w;
  REQUIRE(w.token({"revoke", "aaaa", "--provider", "hub", "--local-only"}) == ExitStatus::Fine);
  REQUIRE(w.token({"list", "aaaa", "--json"}) == ExitStatus::Fine);
  CHECK(w.json()["sessions"][0]["providers"].size() == 1);
  REQUIRE(w.token({"revoke", "--user", "ann@example.com", "--local-only", "--dry-run"}) == ExitStatus::Fine);
  CHECK_THAT(w.output.str(), ContainsSubstring("would be revoked"));
  REQUIRE(w.token({"revoke", "--user", "ann@example.com", "--local-only", "--json"}) == ExitStatus::Fine);
  CHECK(w.json()["revoked"].size() == 2);
  CHECK(w.token({"revoke", "--user", "ann@example.com", "--local-only"}) == ExitStatus::CouldNotRun);
}

TEST_CASE("token exchange: by hand, with the token on standard input") {
  Stored w;
  w.env.values["STS_SECRET"] = "sts-secret-marker";
  w.http.on_json(
      "https://sts.example/token", 200,
      R"({"access_token":"result-token-1","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":60})");
  const std::vector<std::string> base{"exchange",
                                      "--token-url",
                                      "https://sts.example/token",
                                      "--audience",
                                      "orders",
                                      "--client-id",
                                      "c",
                                      "--client-secret-env",
                                      "STS_SECRET",
                                      "--subject-token-file",
                                      "-"};
  const auto run = [&](std::vector<std::string> more) {
    w.input.str(jwt({{"sub", "u"}}));
    w.input.clear();
    auto words = base;
    words.insert(words.end(), more.begin(), more.end());
    return w.token(words);
  };
  REQUIRE(run({}) == ExitStatus::Fine);
  CHECK(w.output.str().find("result-token-1") == std::string::npos);
  CHECK(w.output.str().find("sts-secret-marker") == std::string::npos);
  REQUIRE(run({"--reveal"}) == ExitStatus::Fine);
  CHECK_THAT(w.output.str(), ContainsSubstring("result-token-1"));
  const auto sent = w.http.requests.size();
  REQUIRE(run({"--dry-run", "--json"}) == ExitStatus::Fine);
  CHECK(w.json()["request"]["fields"]["audience"] == "orders");
  CHECK(w.http.requests.size() == sent);
  REQUIRE(run({"--try", "--json"}) == ExitStatus::Fine);
  CHECK(w.json()["accepted"] == w.json()["tried"]);
  w.env.values.clear();
  CHECK(run({}) == ExitStatus::CouldNotRun);
}
