// What the commands print with --json is what their tables say: no member more, none that is never there. docs/reference/token-json.md and
// call-json.md are made from the tables.
#include "cli/call_output.hpp"
#include "cli/call_shapes.hpp"
#include "cli/token/document_shapes.hpp"
#include "cli/token/stored_logins.hpp"
#include "core/base/encoding.hpp"
#include "core/mcp/client/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/json_shapes.hpp"
#include "tests/unit/cli/fake_world.hpp"

using namespace vmcpauth;
using cli::ExitStatus;
using test::JsonShapes;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;
const std::vector<std::string> kNothing;

constexpr const char* kServer = R"(
name: tools
groupRef: tools
incomingAuth: {type: oidc, oidc: {issuer: "https://mcp.example.com", audience: "https://mcp.example.com/mcp"}}
outgoingAuth:
  source: inline
  backends:
    files: {type: upstream_inject, upstreamInject: {providerName: corp}}
    old: {type: upstream_inject, upstreamInject: {providerName: hub}}
    orders:
      type: token_exchange
      tokenExchange: {tokenUrl: "https://sts.example/token", clientId: c, clientSecretEnv: STS_SECRET, audience: orders, scopes: [read], subjectProviderName: corp}
backends:
  - {name: files, url: "https://files.example/mcp", transport: streamable-http}
  - {name: old, url: "https://old.example/mcp", transport: streamable-http}
  - {name: orders, url: "https://orders.example/mcp", transport: streamable-http}
)";

constexpr const char* kAuthServer = R"(
issuer: https://mcp.example.com
allowed_audiences: ["https://mcp.example.com/mcp"]
upstreams:
  - name: corp
    type: oauth2
    oauth2_config: {authorization_endpoint: "https://corp.example/authorize", token_endpoint: "https://corp.example/token", client_id: c}
  - name: hub
    type: oauth2
    oauth2_config: {authorization_endpoint: "https://hub.example/authorize", token_endpoint: "https://hub.example/token", client_id: c}
)";

std::string jwt(const Json& claims) { return base64url_encode(R"({"alg":"ES256","kid":"k"})") + "." + base64url_encode(dump_json(claims)) + ".c2lnbmF0dXJl"; }

std::string answer(const std::string& token, const std::string& more = "") {
  return R"({"access_token":")" + token + R"(","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":60)" +
         more + "}";
}

store::UpstreamTokens row_of(const std::string& provider, std::int64_t expires_in, bool refreshable) {
  store::UpstreamTokens row;
  row.provider = provider;
  row.access_token = Secret(jwt({{"iss", "https://corp.example"}, {"sub", "u"}, {"aud", "a"}, {"exp", kNow + expires_in}, {"scope", "read"}}));
  if (refreshable) row.refresh_token = Secret("refresh-marker-" + provider);
  row.expires_at = from_unix_seconds(kNow + expires_in);
  row.user_id = "user-1";
  row.client_id = "client-1";
  row.scopes = {"read"};
  return row;
}

// One session with a provider that can be refreshed and one that cannot, and a configuration that needs both.
struct Documents : cli::test::FakeWorld {
  Documents() {
    REQUIRE(run_ready(store->put_upstream_tokens("session-1", row_of("corp", 3600, true))).value());
    REQUIRE(run_ready(store->put_upstream_tokens("session-1", row_of("hub", -60, false))).value());
    files.content["deploy/vmcp.yaml"] = kServer;
    files.content["deploy/authserver-config.yaml"] = kAuthServer;
    env.values["STS_SECRET"] = "sts-secret-marker";
  }

  // Runs `token` with these words; its document is as the table says.
  void check(ExitStatus wanted, const std::vector<std::string>& words, const JsonShape& shape) {
    output.str("");
    error.str("");
    std::vector<std::string> all{"token"};
    all.insert(all.end(), words.begin(), words.end());
    all.emplace_back("--json");
    INFO(words.front());
    const auto status = run(all);
    INFO(output.str() << error.str());
    CHECK(status == wanted);
    const auto document = parse_json_object(output.str());
    REQUIRE(document);
    CHECK(shapes.problems(*document, shape) == kNothing);
  }

  JsonShapes shapes;
};

}  // namespace

TEST_CASE("documents: token list, inspect and doctor") {
  Documents w;
  w.check(ExitStatus::Fine, {"list"}, cli::kListShape);
  w.check(ExitStatus::Findings, {"inspect", "session-1", "--config", "deploy"}, cli::kInspectShape);
  w.check(ExitStatus::Findings, {"doctor", "--config", "deploy"}, cli::kDoctorShape);
  const cli::StoredLogin login{"https://mcp.example.com/mcp", "https://mcp.example.com", "client-1", {"openid"}, from_unix_seconds(kNow), true};
  CHECK(w.shapes.problems(to_json(login, from_unix_seconds(kNow)), cli::kLoginShape) == kNothing);
  CHECK(w.shapes.never_seen({&cli::kListShape, &cli::kLoginShape, &cli::kInspectShape, &cli::kDoctorShape}) == kNothing);
}

TEST_CASE("documents: token refresh") {
  Documents w;
  w.http.on_json("https://corp.example/token", 200, answer("new-token", R"(,"refresh_token":"another")"));
  w.check(ExitStatus::Findings, {"refresh", "--config", "deploy"}, cli::kRefreshShape);
  CHECK(w.shapes.never_seen({&cli::kRefreshShape, &cli::kRefreshedShape, &cli::kRefreshSideShape}) == kNothing);
}

TEST_CASE("documents: token revoke") {
  Documents w;
  w.check(ExitStatus::Fine, {"revoke", "session-1", "--local-only", "--dry-run"}, cli::kRevokeShape);
  w.check(ExitStatus::Fine, {"revoke", "session-1", "--local-only"}, cli::kRevokeShape);
  CHECK(w.shapes.never_seen({&cli::kRevokeShape, &cli::kRevokedShape}) == kNothing);
}

TEST_CASE("documents: token exchange, accepted, refused, tried and not sent") {
  Documents w;
  const std::vector<std::string> exchange{"exchange", "--backend", "orders", "--config", "deploy"};
  const auto with = [&](const char* option) {
    auto words = exchange;
    words.emplace_back(option);
    return words;
  };
  w.check(ExitStatus::Fine, with("--dry-run"), cli::kExchangeShape);
  w.http.on_json("https://sts.example/token", 200,
                 answer(jwt({{"iss", "https://sts.example"}, {"sub", "u"}, {"aud", "orders"}, {"exp", kNow + 60}}), R"(,"scope":"read")"));
  w.check(ExitStatus::Fine, exchange, cli::kExchangeShape);
  w.check(ExitStatus::Fine, with("--try"), cli::kTryShape);
  // A token of another type than was asked for is one that no strategy would use.
  w.http.on_json("https://sts.example/token", 200,
                 R"({"access_token":"opaque","issued_token_type":"urn:ietf:params:oauth:token-type:saml2","token_type":"N_A"})");
  w.check(ExitStatus::Fine, exchange, cli::kExchangeShape);
  w.check(ExitStatus::Fine, with("--try"), cli::kTryShape);
  w.http.on_json("https://sts.example/token", 400, R"({"error":"invalid_target"})");
  w.check(ExitStatus::Findings, exchange, cli::kExchangeShape);
  w.check(ExitStatus::Findings, with("--try"), cli::kTryShape);
  CHECK(w.shapes.never_seen({&cli::kExchangeShape, &cli::kExchangeRequestShape, &cli::kExchangeAnswerShape, &cli::kClaimChangeShape, &cli::kTryShape,
                             &cli::kVariationShape}) == kNothing);
}

TEST_CASE("documents: token exchange of a backend that exchanges nothing") {
  Documents w;
  w.check(ExitStatus::Fine, {"exchange", "--backend", "files", "--config", "deploy"}, cli::kBackendRequestShape);
  w.check(ExitStatus::Findings, {"exchange", "--backend", "old", "--config", "deploy"}, cli::kBackendRequestShape);
  w.check(ExitStatus::Fine, {"exchange", "--backend", "files", "--config", "deploy", "--dry-run"}, cli::kBackendRequestShape);
  CHECK(w.shapes.never_seen({&cli::kBackendRequestShape, &cli::kBackendHeadersShape}) == kNothing);
}

TEST_CASE("documents: call") {
  JsonShapes shapes;
  mcp::Outcome outcome;
  outcome.result = {{"tools", Json::array()}};
  CHECK(shapes.problems(cli::outcome_json("tools/list", "2026-07-28", outcome), cli::kCallShape) == kNothing);
  outcome.error = mcp::ServerError{.code = -32602, .message = "no such resource", .data = {{"uri", "file:///none"}}};
  CHECK(shapes.problems(cli::outcome_json("resources/read", "2026-07-28", outcome), cli::kCallShape) == kNothing);
  CHECK(shapes.never_seen({&cli::kCallShape, &cli::kCallErrorShape}) == kNothing);
}
