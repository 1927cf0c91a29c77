// What this room and the records of a store look like as JSON is what their tables say: no member more, none that is never there, and the
// pages under docs/reference are made from the tables.
#include "core/inspect/document_shapes.hpp"

#include "core/inspect/dump_file.hpp"
#include "core/inspect/exchange_run.hpp"
#include "core/inspect/sealed_dump.hpp"
#include "core/inspect/session_json.hpp"
#include "core/inspect/token_report.hpp"
#include "core/inspect/value_json.hpp"
#include "core/store/record_json.hpp"
#include "core/store/record_shapes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/json_shapes.hpp"
#include "tests/unit/inspect/sessions.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

const std::vector<std::string> kNothing;
const TimePoint kThen = from_unix_seconds(kNow);

inspect::TokenReport whole_report() {
  auto claims = good_claims();
  claims.update({{"nbf", kNow - 60}, {"auth_time", kNow - 90}, {"may_act", {{"sub", "agent"}}}});
  claims["act"] = {{"sub", "agent"}, {"iss", "https://idp.example"}, {"client_id", "gateway"}};
  auto report = inspect::make_report(decoded(jwt(good_header(), claims)), kThen);
  report.label = "access token of provider \"corp\"";
  report.recognition = inspect::Recognition{.id = "entra-v2", .name = "Microsoft Entra ID", .explanation = "", .secret_kind = false};
  report.signature = {inspect::SignatureState::NoKey, "the file keys.json", "no key has this kid"};
  inspect::add_comparison(report, {.role = "token for the vMCP server tools", .issuer = "https://other.example", .audiences = {"a"}, .scopes = {"b"}});
  report.comparisons.front().hint = "the host differs";
  report.observations.push_back({inspect::Severity::Note, "kid-missing", "no kid"});
  report.introspection = inspect::Introspected{"provider \"corp\"", Json{{"active", true}}, "and then it failed"};
  return report;
}

store::UpstreamTokens whole_row() {
  auto row = row_of("corp", 600);
  row.id_token = Secret("id-token-marker");
  row.session_expires_at = from_unix_seconds(kNow + 6000);
  row.created_at = kThen;
  row.last_used_at = kThen;
  row.last_refresh = store::RefreshReport{.at = kThen, .succeeded = false, .detail = "invalid_grant"};
  return row;
}

store::SessionView whole_session() {
  auto view = session_of("session-1", rows(whole_row(), row_of("hub", -60, false)));
  view.deleted_providers = {"old"};
  view.damaged_providers = {"broken"};
  return view;
}

store::Grant whole_grant() { return {"grant", "session", "client", "user", "Ann", "ann@example.com", {"openid"}, {"https://mcp.example"}, kThen}; }

store::PendingAuthorization whole_pending() {
  store::PendingAuthorization out{.internal_state = "internal", .session_id = "session"};
  out.client_id = "client";
  out.redirect_uri = "http://127.0.0.1/";
  out.state = "state";
  out.code_challenge = "challenge";
  out.nonce = "nonce";
  out.scopes = {"openid"};
  out.resource = "https://mcp.example";
  out.provider = "corp";
  out.pkce_verifier = Secret("verifier");
  out.upstream_nonce = "nonce";
  out.browser_binding = "binding";
  out.user_id = "user";
  out.user_name = "Ann";
  out.user_email = "ann@example.com";
  out.created_at = out.expires_at = kThen;
  return out;
}

std::vector<store::Record> whole_records() {
  std::vector<store::Record> out;
  store::Client client{.id = "client", .secret_hash = "hash"};
  client.redirect_uris = client.grant_types = client.response_types = client.scopes = client.audiences = {"one"};
  client.name = "A client";
  client.created_at = kThen;
  out.emplace_back(store::ClientRecord{std::move(client), kThen});
  out.emplace_back(store::PendingRecord{whole_pending()});
  out.emplace_back(store::CodeRecord{"signature", {"http://127.0.0.1/", "challenge", "https://mcp.example", "nonce", whole_grant(), kThen}, true});
  out.emplace_back(store::RefreshRecord{"signature", {whole_grant(), kThen, kThen}, false});
  out.emplace_back(store::RevokedGrantRecord{"grant", kThen});
  out.emplace_back(store::UpstreamRecord{"session", whole_row()});
  out.emplace_back(store::UserRecord{"corp", "subject", {"user", kThen}});
  out.emplace_back(store::OnceRecord{"digest", kThen});
  out.emplace_back(store::RegistrationRecord{"key", {"client", Secret("secret"), "client_secret_basic", kThen}});
  return out;
}

const JsonShape& shape_of(const store::Record& record) { return *store::kRecordShapes.at(record.index()); }

}  // namespace

TEST_CASE("documents: a token report has the members of its tables, and no table has another") {
  JsonShapes shapes;
  CHECK(shapes.problems(to_json(whole_report(), kThen), inspect::kReportShape) == kNothing);
  CHECK(shapes.problems(to_json(inspect::make_report(decoded("gho_opaque"), kThen), kThen), inspect::kReportShape) == kNothing);
  CHECK(shapes.never_seen({&inspect::kReportShape, &inspect::kRecognitionShape, &inspect::kTokenTimesShape, &inspect::kTimeShape, &inspect::kObservationShape,
                           &inspect::kSignatureShape, &inspect::kComparisonShape, &inspect::kComparedShape, &inspect::kActorShape,
                           &inspect::kIntrospectionShape}) == kNothing);
}

TEST_CASE("documents: a session and its health have the members of their tables, and no table has another") {
  JsonShapes shapes;
  const auto session = whole_session();
  CHECK(shapes.problems(inspect::to_json(session, kThen), inspect::kSessionShape) == kNothing);
  CHECK(shapes.problems(inspect::to_json(session, inspect::judge_session(session, nullptr, kThen), kThen), inspect::kHealthShape) == kNothing);
  const store::SessionView unknown{.session_id = "id", .rows = {}, .deleted_providers = {}, .damaged_providers = {}};
  CHECK(shapes.problems(inspect::to_json(unknown, kThen), inspect::kSessionShape) == kNothing);
  CHECK(shapes.never_seen({&inspect::kSessionShape, &inspect::kUserShape, &inspect::kStoredTokensShape, &inspect::kLastRefreshShape, &inspect::kHealthShape,
                           &inspect::kRowHealthShape}) == kNothing);
}

TEST_CASE("documents: a refusal has the members of its table") {
  JsonShapes shapes;
  CHECK(shapes.problems(inspect::to_json(inspect::RefusalShown{"invalid_target", "it said no", "exchange.target", "ask for another"}),
                        inspect::kRefusalShape) == kNothing);
  CHECK(shapes.problems(inspect::to_json(inspect::RefusalShown{"", "unreachable", "", ""}), inspect::kRefusalShape) == kNothing);
  CHECK(shapes.never_seen({&inspect::kRefusalShape, &inspect::kExplanationShape}) == kNothing);
}

TEST_CASE("documents: a record of each kind has the members of its table, which are all of them") {
  JsonShapes shapes;
  const auto records = whole_records();
  REQUIRE(records.size() == store::kRecordShapes.size());
  for (const auto& record : records) {
    const auto& shape = shape_of(record);
    CHECK(shape.name == store::kind_of(record));
    CHECK(shapes.problems(to_json(record, store::Secrets::Redact), shape) == kNothing);
    CHECK(shapes.never_seen({&shape}) == kNothing);
  }
  CHECK(shapes.never_seen({&store::kGrantShape, &store::kRefreshReportShape}) == kNothing);
}

TEST_CASE("documents: secrets are the members whose meaning says so") {
  for (const auto& record : whole_records()) {
    const auto redacted = to_json(record, store::Secrets::Redact);
    for (const auto& member : shape_of(record).members) {
      INFO(store::kind_of(record) << "." << member.name);
      CHECK((redacted[std::string(member.name)] == "[redacted]") == (member.meaning.find("A secret.") != std::string_view::npos));
    }
  }
}

TEST_CASE("documents: a dump and an encrypted one have the members of their tables") {
  std::string dump;
  inspect::DumpWriter writer({kThen, "sqlite:test", store::Secrets::Redact}, [&](std::string_view text) { dump += text; });
  for (const auto& record : whole_records()) writer.add(record);
  writer.finish();
  SystemRandom random;
  std::string sealed;
  auto sealer = inspect::DumpSealer::make(Secret("passphrase"), {1024, 8, 1}, random, [&](std::string_view piece) { sealed += piece; }).value();
  REQUIRE(sealer.add(dump));
  REQUIRE(sealer.finish());
  JsonShapes shapes;
  CHECK(shapes.problems(parse_json_object(dump).value(), inspect::kDumpShape) == kNothing);
  CHECK(shapes.problems(parse_json_object(sealed).value(), inspect::kSealedDumpShape) == kNothing);
  CHECK(shapes.never_seen({&inspect::kDumpShape, &inspect::kSealedDumpShape}) == kNothing);
}
