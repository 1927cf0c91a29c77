#include "cli/token/session_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/token/report_text.hpp"
#include "core/base/encoding.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/session_json.hpp"

namespace vmcpauth::cli {
namespace {

std::string expiry_text(const store::UpstreamTokens& row, TimePoint now, const Paint& paint) {
  if (row.access_token.empty()) return paint.bad("no access token");
  if (!row.expires_at) return "does not expire";
  const bool expired = *row.expires_at <= now;
  auto text = fmt::format("{} {} ({})", expired ? "expired" : "expires", inspect::relative_text(*row.expires_at, now), inspect::utc_text(*row.expires_at));
  if (!expired) return text;
  return row.refresh_token.empty() ? paint.bad(text) : paint.warning(text);
}

std::string refresh_text(const store::UpstreamTokens& row, TimePoint now, const Paint& paint) {
  std::string out = row.refresh_token.empty() ? paint.warning("no refresh token") : "refresh token";
  if (!row.last_refresh) return out;
  const auto when = inspect::relative_text(row.last_refresh->at, now);
  if (row.last_refresh->succeeded) return out + ", refreshed " + when;
  const auto why = printable(row.last_refresh->detail, 160);
  return out + ", " + paint.bad("refresh failed " + when + (why.empty() ? "" : ": " + why));
}

}  // namespace

std::string session_line(const store::SessionView& session, TimePoint now, const Paint& paint) {
  std::string out = paint.bold(inspect::short_id(session.session_id));
  const auto name = printable(session.user_name(), 80);
  const auto email = printable(session.user_email(), 120);
  const auto id = printable(session.user_id(), 80);
  if (!name.empty()) out += "  " + name + (email.empty() ? "" : " <" + email + ">");
  if (name.empty()) out += "  " + (!email.empty() ? email : !id.empty() ? "user " + id : std::string("unknown user"));
  if (!session.client_id().empty()) out += ", client " + printable(session.client_id(), 100);
  if (const auto created = session.created_at()) out += ", created " + inspect::relative_text(*created, now);
  if (const auto used = session.last_used_at()) out += ", used " + inspect::relative_text(*used, now);
  return out;
}

std::string row_text(const store::UpstreamTokens& row, TimePoint now, const Paint& paint) {
  std::string out = expiry_text(row, now, paint) + ", " + refresh_text(row, now, paint);
  if (!row.scopes.empty()) out += ", scopes " + printable(fmt::format("{}", fmt::join(row.scopes, " ")), 400);
  return out;
}

std::string session_text(const store::SessionView& session, TimePoint now, const Paint& paint) {
  std::string out = session_line(session, now, paint) + "\n";
  std::size_t width = 0;
  for (const auto& row : session.rows) width = std::max(width, std::min<std::size_t>(row.provider.size(), 30));
  for (const auto& row : session.rows) out += fmt::format("  {:<{}}  {}\n", printable(row.provider, 63), width, row_text(row, now, paint));
  for (const auto& provider : session.deleted_providers) out += fmt::format("  {:<{}}  {}\n", printable(provider, 63), width, paint.dim("deleted"));
  for (const auto& provider : session.damaged_providers)
    out += fmt::format("  {:<{}}  {}\n", printable(provider, 63), width, paint.bad("damaged: the row cannot be read"));
  return out;
}

std::string health_text(const store::SessionView& session, const inspect::SessionHealth& health, TimePoint now, const Paint& paint) {
  std::string out = session_line(session, now, paint) + "\n" + observations_text(health.observations, "  ", paint);
  for (const auto& row : health.rows) {
    const auto name = printable(row.provider, 63);
    if (row.observations.empty()) out += "  " + name + ": " + paint.good("fine") + "\n";
    for (const auto& one : row.observations) out += fmt::format("  {}: {}: {}\n", name, paint.severity(one.severity, to_string(one.severity)), one.text);
  }
  return out;
}

}  // namespace vmcpauth::cli
