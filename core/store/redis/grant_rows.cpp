// Codes and refresh tokens as the sessions of ToolHive's OAuth library (fosite), whose members Go names after their fields.
#include <map>

#include "core/base/json.hpp"
#include "core/store/record_reader.hpp"
#include "core/store/redis/rfc3339.hpp"
#include "core/store/redis/rows.hpp"

namespace vmcpauth::store::redis {
namespace {

constexpr const char* kCode = "authorize_code";
constexpr const char* kRefresh = "refresh_token";
constexpr const char* kNoTime = "0001-01-01T00:00:00Z";

OrderedJson extra_claims(const Grant& grant) {
  auto extra = OrderedJson::object();
  const auto unless_empty = [&](const char* name, const std::string& value) {
    if (!value.empty()) extra[name] = value;
  };
  unless_empty("tsid", grant.session_id);
  unless_empty("client_id", grant.client_id);
  unless_empty("name", grant.user_name);
  unless_empty("email", grant.user_email);
  return extra;
}

OrderedJson session_of(const Grant& grant, const char* token_type, TimePoint expires_at) {
  const OrderedJson claims{{"Subject", grant.user_id},     {"Issuer", ""},         {"Audience", grant.audiences}, {"JTI", ""},
                           {"IssuedAt", kNoTime},          {"NotBefore", kNoTime}, {"ExpiresAt", kNoTime},        {"Scope", grant.scopes},
                           {"Extra", extra_claims(grant)}, {"ScopeField", 0}};
  return {{"JWTClaims", claims},
          {"JWTHeader", {{"extra", OrderedJson::object()}}},
          {"ExpiresAt", {{token_type, to_rfc3339(expires_at)}}},
          {"Username", ""},
          {"Subject", grant.user_id},
          {"UpstreamSessionID", grant.session_id}};
}

std::string row_of(const Grant& grant, OrderedJson form, const char* token_type, TimePoint requested_at, TimePoint expires_at) {
  const OrderedJson row{{"client_id", grant.client_id},
                        {"requested_at", to_rfc3339(requested_at)},
                        {"requested_scopes", grant.scopes},
                        {"granted_scopes", grant.scopes},
                        {"requested_audience", grant.audiences},
                        {"granted_audience", grant.audiences},
                        {"form", std::move(form)},
                        {"request_id", grant.grant_id},
                        {"session", session_of(grant, token_type, expires_at)}};
  return row.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

struct Parsed {
  Grant grant;
  std::map<std::string, std::string> form;
  TimePoint requested_at, expires_at;
};

const Json& member(const Json& json, const char* name) {
  static const Json kNull;
  return json.is_object() && json.contains(name) ? json[name] : kNull;
}

std::string text_at(const Json& json, const char* name) {
  const auto& value = member(json, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

Result<Parsed> parse(std::string_view row, const char* token_type) {
  TRY(const auto json, parse_json_object(row));
  RecordReader in(json);
  Parsed out;
  out.grant.grant_id = in.required("request_id");
  out.grant.client_id = in.text("client_id");
  out.grant.scopes = in.texts("granted_scopes");
  out.grant.audiences = in.texts("granted_audience");
  const auto requested = in.required("requested_at");
  if (auto error = in.take_error()) return std::unexpected(*std::move(error));
  TRY(out.requested_at, from_rfc3339(requested));
  out.grant.created_at = out.requested_at;
  const auto& session = member(json, "session");
  out.grant.session_id = text_at(session, "UpstreamSessionID");
  out.grant.user_id = text_at(session, "Subject");
  const auto& extra = member(member(session, "JWTClaims"), "Extra");
  out.grant.user_name = text_at(extra, "name");
  out.grant.user_email = text_at(extra, "email");
  TRY(out.expires_at, from_rfc3339(text_at(member(session, "ExpiresAt"), token_type)));
  const auto& form = member(json, "form");
  if (form.is_object()) {
    for (const auto& [name, values] : form.items()) {
      if (values.is_array() && !values.empty() && values[0].is_string()) out.form[name] = values[0].get<std::string>();
    }
  }
  return out;
}

}  // namespace

std::string code_row(const AuthorizationCode& code) {
  auto form = OrderedJson::object();
  const auto unless_empty = [&](const char* name, const std::string& value) {
    if (!value.empty()) form[name] = OrderedJson::array({value});
  };
  unless_empty("redirect_uri", code.redirect_uri);
  unless_empty("code_challenge", code.code_challenge);
  unless_empty("resource", code.resource);
  unless_empty("nonce", code.nonce);
  return row_of(code.grant, std::move(form), kCode, code.grant.created_at, code.expires_at);
}

Result<AuthorizationCode> read_code(std::string_view row) {
  TRY(auto parsed, parse(row, kCode));
  AuthorizationCode code;
  code.redirect_uri = parsed.form["redirect_uri"];
  code.code_challenge = parsed.form["code_challenge"];
  code.resource = parsed.form["resource"];
  code.nonce = parsed.form["nonce"];
  code.grant = std::move(parsed.grant);
  code.expires_at = parsed.expires_at;
  return code;
}

// issued_at travels in the form: requested_at is when the grant began.
std::string refresh_row(const RefreshToken& token) {
  OrderedJson form{{"vmcpauth_issued_at", OrderedJson::array({to_rfc3339(token.issued_at)})}};
  return row_of(token.grant, std::move(form), kRefresh, token.grant.created_at, token.expires_at);
}

Result<RefreshToken> read_refresh(std::string_view row) {
  TRY(auto parsed, parse(row, kRefresh));
  const auto issued_at = from_rfc3339(parsed.form["vmcpauth_issued_at"]);
  return RefreshToken{std::move(parsed.grant), issued_at.value_or(parsed.requested_at), parsed.expires_at};
}

}  // namespace vmcpauth::store::redis
