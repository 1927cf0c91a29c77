#include "core/inspect/session_json.hpp"

#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/document_shapes.hpp"
#include "core/inspect/value_json.hpp"

namespace vmcpauth::inspect {
namespace {

template <const JsonShape& Shape>
void add_time(JsonObject<Shape>& out, JsonName<Shape> name, const std::optional<TimePoint>& value, TimePoint now) {
  if (value) out.set(name, to_json(*value, now));
}

OrderedJson user(const store::SessionView& session) {
  JsonObject<kUserShape> out;
  out.set_unless_empty("id", session.user_id()).set_unless_empty("name", session.user_name());
  return out.set_unless_empty("email", session.user_email()).take();
}

// What the documents of a session and of its health begin with.
template <const JsonShape& Shape>
JsonObject<Shape> head(const store::SessionView& session, TimePoint now) {
  JsonObject<Shape> out;
  out.set("tsid", session.session_id).set("user", user(session)).set_unless_empty("client_id", session.client_id());
  add_time<Shape>(out, "created_at", session.created_at(), now);
  add_time<Shape>(out, "last_used_at", session.last_used_at(), now);
  return out;
}

OrderedJson last_refresh(const store::RefreshReport& report, TimePoint now) {
  JsonObject<kLastRefreshShape> out;
  out.set("at", to_json(report.at, now)).set("succeeded", report.succeeded);
  return out.set_unless_empty("detail", printable(report.detail)).take();
}

}  // namespace

OrderedJson to_json(const store::UpstreamTokens& row, TimePoint now) {
  JsonObject<kStoredTokensShape> out;
  out.set("provider", row.provider).set_unless_empty("subject", row.upstream_subject);
  if (!row.scopes.empty()) out.set("scopes", row.scopes);
  add_time<kStoredTokensShape>(out, "expires_at", row.expires_at, now);
  add_time<kStoredTokensShape>(out, "session_expires_at", row.session_expires_at, now);
  out.set("expired", row.expires_at.has_value() && *row.expires_at <= now).set("has_access_token", !row.access_token.empty());
  out.set("has_refresh_token", !row.refresh_token.empty()).set("has_id_token", !row.id_token.empty());
  if (row.last_refresh) out.set("last_refresh", last_refresh(*row.last_refresh, now));
  return out.take();
}

OrderedJson to_json(const store::SessionView& session, TimePoint now) {
  auto out = head<kSessionShape>(session, now);
  auto rows = OrderedJson::array();
  for (const auto& row : session.rows) rows.push_back(to_json(row, now));
  out.set("providers", std::move(rows));
  if (!session.deleted_providers.empty()) out.set("deleted_providers", session.deleted_providers);
  if (!session.damaged_providers.empty()) out.set("damaged_providers", session.damaged_providers);
  return out.take();
}

OrderedJson to_json(const store::SessionView& session, const SessionHealth& health, TimePoint now) {
  auto out = head<kHealthShape>(session, now);
  out.set("worst", to_string(health.worst())).set("observations", to_json(health.observations));
  auto rows = OrderedJson::array();
  for (const auto& row : health.rows) {
    JsonObject<kRowHealthShape> one;
    one.set("provider", row.provider);
    add_time<kRowHealthShape>(one, "breaks_at", row.breaks_at, now);
    rows.push_back(one.set("observations", to_json(row.observations)).take());
  }
  return out.set("providers", std::move(rows)).take();
}

std::string short_id(std::string_view session_id) { return printable(session_id.substr(0, 12), 40); }

}  // namespace vmcpauth::inspect
