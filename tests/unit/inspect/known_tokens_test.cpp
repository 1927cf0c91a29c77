#include "core/inspect/known_tokens.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/inspect/tokens.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

std::string id_of(const inspect::DecodedToken& token) {
  const auto known = inspect::recognise(token);
  return known ? std::string(known->id) : "";
}

}  // namespace

TEST_CASE("recognise: opaque tokens by their beginning") {
  struct Case {
    const char* token;
    const char* id;
    bool secret_kind;
  };
  const std::vector<Case> cases{
      {"gho_x", "github-oauth", false},
      {"ghu_x", "github-app-user", false},
      {"ghp_x", "github-personal", true},
      {"ghr_x", "github-refresh", true},
      {"ghs_x", "github-app-installation", false},
      {"github_pat_x", "github-personal-fine", true},
      {"xoxb-1-2", "slack-bot", false},
      {"xoxp-1-2", "slack-user", false},
      {"xoxe.xoxp-1", "slack-rotated", false},
      {"xoxe-1", "slack-refresh", true},
      {"xapp-1", "slack-app", true},
      {"glpat-x", "gitlab-personal", true},
      {"gloas-x", "gitlab-client-secret", true},
      {"ya29.a0Af", "google-access", false},
      {"1//0gabc", "google-refresh", true},
      {"vrt_x", "vmcpauth-refresh", true},
      {"sk-ant-x", "anthropic-api", true},
      {"sk-x", "api-key", true},
      {"eyJhbGciOiJ", "cut-jwt", false},
  };
  for (const auto& c : cases) {
    INFO(c.token);
    const auto known = inspect::recognise(decoded(c.token));
    REQUIRE(known);
    CHECK(known->id == c.id);
    CHECK(known->secret_kind == c.secret_kind);
  }
  for (const auto* token : {"abc", "GHO_x", "xgho_x", "random-text-1234"}) {
    INFO(token);
    CHECK_FALSE(inspect::recognise(decoded(token)));
  }
}

TEST_CASE("recognise: JWTs by issuer and claims") {
  struct Case {
    Json claims;
    const char* id;
  };
  const std::vector<Case> cases{
      {{{"iss", "https://sts.windows.net/72f988bf/"}}, "entra-v1"},
      {{{"iss", "https://login.microsoftonline.com/72f988bf/v2.0"}}, "entra-v2"},
      {{{"iss", "https://sts.windows.net/72f988bf/"}, {"aud", "00000003-0000-0000-c000-000000000000"}}, "microsoft-graph"},
      {{{"iss", "https://accounts.google.com"}}, "google-id"},
      {{{"iss", "accounts.google.com"}}, "google-id"},
      {{{"iss", "https://dev-1.okta.com"}}, "okta-org"},
      {{{"iss", "https://dev-1.okta.com/oauth2/default"}}, "okta-custom"},
      {{{"iss", "https://tenant.eu.auth0.com/"}}, "auth0"},
      {{{"iss", "https://sso.example/realms/main"}}, "keycloak"},
      {{{"iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x"}}, "cognito"},
      {{{"iss", "https://gitlab.com"}}, "gitlab-id"},
      {{{"iss", "https://anything.example"}, {"tsid", "s"}}, "vmcp"},
      {{{"iss", "https://kubernetes.default.svc"}, {"kubernetes.io", Json::object()}}, "kubernetes"},
      {{{"iss", "https://idp.example"}}, ""},
      {{{"iss", "https://notokta.com"}}, ""},
      {{{"iss", "https://okta.com.evil.example"}}, ""},
      {{{"iss", 7}}, ""},
      {{{"iss", "://"}}, ""},
      {Json::object(), ""},
  };
  for (const auto& c : cases) {
    INFO(dump_json(c.claims));
    CHECK(id_of(decoded(jwt(good_header(), c.claims))) == c.id);
  }
}

TEST_CASE("recognise: Auth0's encrypted token means a missing audience") {
  const auto header = base64url_encode(R"({"alg":"dir","enc":"A256GCM","iss":"https://tenant.auth0.com/"})");
  CHECK(id_of(decoded(header + "..iv.text.tag")) == "auth0-opaque");
  CHECK(id_of(decoded(base64url_encode(R"({"alg":"RSA-OAEP","enc":"A256GCM"})") + ".k.iv.text.tag")).empty());
}
