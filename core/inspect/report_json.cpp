#include "core/inspect/claim_values.hpp"
#include "core/inspect/token_report.hpp"

namespace vmcpauth::inspect {
namespace {

OrderedJson observations(const Observations& seen) {
  auto out = OrderedJson::array();
  for (const auto& one : seen) out.push_back({{"severity", to_string(one.severity)}, {"code", one.code}, {"text", one.text}});
  return out;
}

OrderedJson times(const Json& claims, TimePoint now) {
  auto out = OrderedJson::object();
  for (const auto* name : {"iat", "nbf", "exp", "auth_time"}) {
    const auto time = date_claim(claims, name);
    if (time) out[name] = {{"unix", unix_seconds(*time)}, {"utc", utc_text(*time)}, {"relative", relative_text(*time, now)}};
  }
  return out;
}

OrderedJson signature(const SignatureCheck& check) {
  OrderedJson out{{"state", to_string(check.state)}};
  if (!check.keys_from.empty()) out["keys_from"] = check.keys_from;
  if (!check.detail.empty()) out["detail"] = check.detail;
  return out;
}

OrderedJson actors(const std::vector<Actor>& chain) {
  auto out = OrderedJson::array();
  for (const auto& actor : chain) {
    auto one = OrderedJson::object();
    if (!actor.subject.empty()) one["sub"] = actor.subject;
    if (!actor.issuer.empty()) one["iss"] = actor.issuer;
    if (!actor.client_id.empty()) one["client_id"] = actor.client_id;
    out.push_back(std::move(one));
  }
  return out;
}

OrderedJson comparison(const TokenReport& report) {
  auto rows = OrderedJson::array();
  for (const auto& row : report.comparisons) {
    OrderedJson one{{"what", row.what}, {"matches", row.matches}, {"expected", row.expected}, {"found", row.found}};
    if (!row.hint.empty()) one["hint"] = row.hint;
    rows.push_back(std::move(one));
  }
  return {{"with", report.compared_with}, {"rows", std::move(rows)}};
}

OrderedJson introspection(const Introspected& asked) {
  OrderedJson out{{"asked", asked.who}};
  if (asked.answer) out["answer"] = *asked.answer;
  if (!asked.failure.empty()) out["failure"] = asked.failure;
  return out;
}

}  // namespace

OrderedJson to_json(const TokenReport& report, TimePoint now) {
  auto out = OrderedJson::object();
  if (!report.label.empty()) out["label"] = report.label;
  out["form"] = to_string(report.form);
  out["bytes"] = report.bytes;
  out["good"] = report.good();
  if (report.recognition) {
    out["recognised"] = {{"id", report.recognition->id}, {"name", report.recognition->name}, {"explanation", report.recognition->explanation}};
  }
  if (report.header.is_object()) out["header"] = report.header;
  if (report.claims.is_object()) {
    out["claims"] = report.claims;
    out["times"] = times(report.claims, now);
  }
  out["observations"] = observations(report.observations);
  out["signature"] = signature(report.signature);
  if (!report.compared_with.empty()) out["comparison"] = comparison(report);
  if (!report.actors.actors.empty()) out["actors"] = actors(report.actors.actors);
  if (!report.actors.may_act.empty()) out["may_act"] = actors(report.actors.may_act);
  if (report.introspection) out["introspection"] = introspection(*report.introspection);
  return out;
}

}  // namespace vmcpauth::inspect
