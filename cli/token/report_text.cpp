#include "cli/token/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/encoding.hpp"
#include "core/inspect/claim_values.hpp"

namespace vmcpauth::cli {
namespace {

constexpr std::size_t kMaxValue = 500;

bool is_date(std::string_view name) {
  constexpr std::array<std::string_view, 5> kDates{"exp", "nbf", "iat", "auth_time", "updated_at"};
  return std::find(kDates.begin(), kDates.end(), name) != kDates.end();
}

std::string claim_value(const std::string& name, const Json& claims, TimePoint now) {
  const auto time = is_date(name) ? inspect::date_claim(claims, name) : std::nullopt;
  if (!time) return value_text(claims[name]);
  return fmt::format("{}  {}, {}", value_text(claims[name]), inspect::utc_text(*time), inspect::relative_text(*time, now));
}

std::string members_text(std::string_view title, const Json& object, TimePoint now, const Paint& paint) {
  if (!object.is_object()) return {};
  std::size_t width = 0;
  for (const auto& [name, value] : object.items()) width = std::max(width, std::min<std::size_t>(name.size(), 24));
  std::string out = paint.bold(title) + "\n";
  for (const auto& [name, value] : object.items()) out += fmt::format("  {:<{}}  {}\n", printable(name, 60), width, claim_value(name, object, now));
  return out;
}

std::string signature_text(const inspect::SignatureCheck& check, const Paint& paint) {
  using enum inspect::SignatureState;
  const auto from = check.keys_from.empty() ? std::string() : " (keys: " + check.keys_from + ")";
  const auto why = check.detail.empty() ? std::string() : ": " + check.detail;
  switch (check.state) {
    case Valid: return paint.good("valid") + from;
    case Invalid: return paint.bad("does not verify") + why + from;
    case NoKey: return paint.bad("no key fits") + why + from;
    case KeysFailed: return paint.warning("not checked") + why + from;
    case NotChecked: return paint.dim("not checked") + why;
  }
  return {};
}

std::string comparison_text(const inspect::TokenReport& report, const Paint& paint) {
  if (report.compared_with.empty()) return {};
  std::string out = paint.bold("compared with the configuration") + " as " + report.compared_with + "\n";
  for (const auto& row : report.comparisons) {
    if (row.matches) {
      out += fmt::format("  {} {}\n", paint.good("ok"), row.what);
      continue;
    }
    out += fmt::format("  {} {}: expected {}, found {}\n", paint.bad("no"), row.what, row.expected, row.found);
    if (!row.hint.empty()) out += "     " + row.hint + "\n";
  }
  return out;
}

std::string actor_text(const inspect::Actor& actor) {
  std::string out = printable(!actor.subject.empty() ? actor.subject : !actor.client_id.empty() ? actor.client_id : std::string("(unnamed)"), 120);
  if (!actor.issuer.empty()) out += " at " + printable(actor.issuer, 120);
  return out;
}

// The subject on top, below it who acts for it, the newest actor last, where the request comes from.
std::string actors_text(const inspect::TokenReport& report, const Paint& paint) {
  const auto& actors = report.actors.actors;
  std::string out;
  if (!actors.empty()) {
    out += paint.bold("acts for") + "\n  " + printable(inspect::text_claim(report.claims, "sub"), 120) + "\n";
    std::string indent = "  ";
    for (auto actor = actors.rbegin(); actor != actors.rend(); ++actor) {
      const bool newest = actor + 1 == actors.rend();
      out += indent + "└─ " + actor_text(*actor) + (newest ? "  (acting now)" : "") + "\n";
      indent += "   ";
    }
  }
  for (const auto& allowed : report.actors.may_act) out += paint.bold("may be acted for by") + " " + actor_text(allowed) + "\n";
  return out;
}

std::string introspection_text(const inspect::Introspected& asked, TimePoint now, const Paint& paint) {
  if (!asked.answer) return paint.bold("introspection") + " " + asked.failure + "\n";
  return members_text("introspection by " + asked.who, *asked.answer, now, paint);
}

}  // namespace

std::string value_text(const Json& value) { return printable(value.is_string() ? value.get_ref<const std::string&>() : dump_json(value), kMaxValue); }

std::string observations_text(const inspect::Observations& seen, std::string_view indent, const Paint& paint) {
  std::string out;
  for (const auto& one : seen) out += fmt::format("{}{}: {}\n", indent, paint.severity(one.severity, to_string(one.severity)), one.text);
  return out;
}

std::string diff_text(const std::vector<inspect::ClaimChange>& changes, const Paint& paint) {
  std::string out;
  for (const auto& change : changes) {
    switch (change.change) {
      case inspect::Change::Same: out += paint.dim(fmt::format("  = {}  {}", printable(change.name, 60), value_text(change.after))) + "\n"; break;
      case inspect::Change::Changed:
        out += paint.warning(fmt::format("  ~ {}  {} -> {}", printable(change.name, 60), value_text(change.before), value_text(change.after))) + "\n";
        break;
      case inspect::Change::Added: out += paint.good(fmt::format("  + {}  {}", printable(change.name, 60), value_text(change.after))) + "\n"; break;
      case inspect::Change::Removed: out += paint.bad(fmt::format("  - {}  {}", printable(change.name, 60), value_text(change.before))) + "\n"; break;
    }
  }
  return out;
}

std::string report_text(const inspect::TokenReport& report, TimePoint now, const Paint& paint) {
  std::string out = paint.bold(report.label.empty() ? "token" : report.label) + fmt::format(": {}, {} bytes", to_string(report.form), report.bytes);
  if (report.recognition) out += ", " + std::string(report.recognition->name);
  out += "\n";
  if (report.recognition && !report.recognition->explanation.empty()) out += "  " + std::string(report.recognition->explanation) + "\n";
  out += members_text("header", report.header, now, paint);
  out += members_text("claims", report.claims, now, paint);
  if (report.form == inspect::TokenForm::Jws) out += paint.bold("signature") + " " + signature_text(report.signature, paint) + "\n";
  out += comparison_text(report, paint);
  out += actors_text(report, paint);
  if (report.introspection) out += introspection_text(*report.introspection, now, paint);
  if (!report.observations.empty()) out += paint.bold("noticed") + "\n" + observations_text(report.observations, "  ", paint);
  return out;
}

}  // namespace vmcpauth::cli
