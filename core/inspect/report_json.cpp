#include <array>

#include "core/base/json_object.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/document_shapes.hpp"
#include "core/inspect/token_report.hpp"
#include "core/inspect/value_json.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr std::array<JsonName<kTokenTimesShape>, 4> kTimes{"iat", "nbf", "exp", "auth_time"};

OrderedJson times(const Json& claims, TimePoint now) {
  JsonObject<kTokenTimesShape> out;
  for (const auto name : kTimes) {
    if (const auto time = date_claim(claims, name.text())) out.set(name, to_json(*time, now));
  }
  return out.take();
}

OrderedJson recognised(const Recognition& recognition) {
  JsonObject<kRecognitionShape> out;
  return out.set("id", recognition.id).set("name", recognition.name).set("explanation", recognition.explanation).take();
}

OrderedJson signature(const SignatureCheck& check) {
  JsonObject<kSignatureShape> out;
  out.set("state", to_string(check.state));
  return out.set_unless_empty("keys_from", check.keys_from).set_unless_empty("detail", check.detail).take();
}

OrderedJson actors(const std::vector<Actor>& chain) {
  auto out = OrderedJson::array();
  for (const auto& actor : chain) {
    JsonObject<kActorShape> one;
    one.set_unless_empty("sub", actor.subject).set_unless_empty("iss", actor.issuer);
    out.push_back(one.set_unless_empty("client_id", actor.client_id).take());
  }
  return out;
}

OrderedJson comparison(const TokenReport& report) {
  auto rows = OrderedJson::array();
  for (const auto& row : report.comparisons) {
    JsonObject<kComparedShape> one;
    one.set("what", row.what).set("matches", row.matches).set("expected", row.expected).set("found", row.found);
    rows.push_back(one.set_unless_empty("hint", row.hint).take());
  }
  JsonObject<kComparisonShape> out;
  return out.set("with", report.compared_with).set("rows", std::move(rows)).take();
}

OrderedJson introspection(const Introspected& asked) {
  JsonObject<kIntrospectionShape> out;
  out.set("asked", asked.who);
  if (asked.answer) out.set("answer", *asked.answer);
  return out.set_unless_empty("failure", asked.failure).take();
}

}  // namespace

OrderedJson to_json(const TokenReport& report, TimePoint now) {
  JsonObject<kReportShape> out;
  out.set_unless_empty("label", report.label);
  out.set("form", to_string(report.form)).set("bytes", report.bytes).set("good", report.good());
  if (report.recognition) out.set("recognised", recognised(*report.recognition));
  if (report.header.is_object()) out.set("header", report.header);
  if (report.claims.is_object()) out.set("claims", report.claims).set("times", times(report.claims, now));
  out.set("observations", to_json(report.observations)).set("signature", signature(report.signature));
  if (!report.compared_with.empty()) out.set("comparison", comparison(report));
  if (!report.actors.actors.empty()) out.set("actors", actors(report.actors.actors));
  if (!report.actors.may_act.empty()) out.set("may_act", actors(report.actors.may_act));
  if (report.introspection) out.set("introspection", introspection(*report.introspection));
  return out.take();
}

}  // namespace vmcpauth::inspect
