#include "core/inspect/session_json.hpp"

#include "core/base/encoding.hpp"
#include "core/inspect/claim_values.hpp"

namespace vmcpauth::inspect {
namespace {

OrderedJson time(TimePoint at, TimePoint now) { return {{"unix", unix_seconds(at)}, {"utc", utc_text(at)}, {"relative", relative_text(at, now)}}; }

void add_text(OrderedJson& out, const char* name, const std::string& value) {
  if (!value.empty()) out[name] = value;
}
void add_time(OrderedJson& out, const char* name, const std::optional<TimePoint>& value, TimePoint now) {
  if (value) out[name] = time(*value, now);
}

OrderedJson seen_json(const Observations& seen) {
  auto out = OrderedJson::array();
  for (const auto& one : seen) out.push_back({{"severity", to_string(one.severity)}, {"code", one.code}, {"text", one.text}});
  return out;
}

OrderedJson head(const store::SessionView& session, TimePoint now) {
  OrderedJson out{{"tsid", session.session_id}};
  OrderedJson user = OrderedJson::object();
  add_text(user, "id", session.user_id());
  add_text(user, "name", session.user_name());
  add_text(user, "email", session.user_email());
  out["user"] = std::move(user);
  add_text(out, "client_id", session.client_id());
  add_time(out, "created_at", session.created_at(), now);
  add_time(out, "last_used_at", session.last_used_at(), now);
  return out;
}

}  // namespace

OrderedJson to_json(const store::UpstreamTokens& row, TimePoint now) {
  OrderedJson out{{"provider", row.provider}};
  add_text(out, "subject", row.upstream_subject);
  if (!row.scopes.empty()) out["scopes"] = row.scopes;
  add_time(out, "expires_at", row.expires_at, now);
  add_time(out, "session_expires_at", row.session_expires_at, now);
  out["expired"] = row.expires_at.has_value() && *row.expires_at <= now;
  out["has_access_token"] = !row.access_token.empty();
  out["has_refresh_token"] = !row.refresh_token.empty();
  out["has_id_token"] = !row.id_token.empty();
  if (row.last_refresh) {
    OrderedJson report{{"at", time(row.last_refresh->at, now)}, {"succeeded", row.last_refresh->succeeded}};
    add_text(report, "detail", printable(row.last_refresh->detail));
    out["last_refresh"] = std::move(report);
  }
  return out;
}

OrderedJson to_json(const store::SessionView& session, TimePoint now) {
  auto out = head(session, now);
  auto rows = OrderedJson::array();
  for (const auto& row : session.rows) rows.push_back(to_json(row, now));
  out["providers"] = std::move(rows);
  if (!session.deleted_providers.empty()) out["deleted_providers"] = session.deleted_providers;
  if (!session.damaged_providers.empty()) out["damaged_providers"] = session.damaged_providers;
  return out;
}

OrderedJson to_json(const store::SessionView& session, const SessionHealth& health, TimePoint now) {
  auto out = head(session, now);
  out["worst"] = to_string(health.worst());
  out["observations"] = seen_json(health.observations);
  auto rows = OrderedJson::array();
  for (const auto& row : health.rows) {
    OrderedJson one{{"provider", row.provider}};
    add_time(one, "breaks_at", row.breaks_at, now);
    one["observations"] = seen_json(row.observations);
    rows.push_back(std::move(one));
  }
  out["providers"] = std::move(rows);
  return out;
}

std::string short_id(std::string_view session_id) { return printable(session_id.substr(0, 12), 40); }

}  // namespace vmcpauth::inspect
