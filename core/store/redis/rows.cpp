#include "core/store/redis/rows.hpp"

#include <charconv>

#include "core/base/encoding.hpp"
#include "core/store/record_reader.hpp"

namespace vmcpauth::store::redis {
namespace {

constexpr Seconds kPendingLifetime{600};

std::string text_of(const OrderedJson& json) { return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

// 0 is "not set" in ToolHive's rows.
std::int64_t seconds_or_zero(std::optional<TimePoint> time) { return time ? unix_seconds(*time) : 0; }
std::optional<TimePoint> set_time(RecordReader& in, const char* name) {
  auto time = in.optional_time(name);
  if (time && *time == TimePoint()) time.reset();
  return time;
}

// Parses the row, reads it in one go and gives the first thing wrong with it.
template <class Read>
auto read_object(std::string_view row, Read read) -> Result<decltype(read(std::declval<RecordReader&>()))> {
  TRY(const auto json, parse_json_object(row));
  RecordReader in(json);
  auto value = read(in);
  if (auto error = in.take_error()) return std::unexpected(*std::move(error));
  return value;
}

}  // namespace

std::string upstream_row(const UpstreamTokens& t) {
  return text_of(OrderedJson{{"provider_id", t.provider},
                             {"access_token", t.access_token.reveal()},
                             {"refresh_token", t.refresh_token.reveal()},
                             {"id_token", t.id_token.reveal()},
                             {"expires_at", seconds_or_zero(t.expires_at)},
                             {"session_expires_at", seconds_or_zero(t.session_expires_at)},
                             {"user_id", t.user_id},
                             {"upstream_subject", t.upstream_subject},
                             {"client_id", t.client_id}});
}

std::string upstream_extra(const UpstreamTokens& t) {
  OrderedJson json{{"scopes", t.scopes}, {"user_name", t.user_name}, {"user_email", t.user_email}};
  if (t.created_at) json["created_at"] = unix_seconds(*t.created_at);
  return text_of(json);
}

Result<UpstreamTokens> read_upstream(std::string provider, std::string_view row) {
  return read_object(row, [&](RecordReader& in) {
    UpstreamTokens t;
    t.provider = std::move(provider);
    t.access_token = Secret(in.text("access_token"));
    t.refresh_token = Secret(in.text("refresh_token"));
    t.id_token = Secret(in.text("id_token"));
    t.expires_at = set_time(in, "expires_at");
    t.session_expires_at = set_time(in, "session_expires_at");
    t.user_id = in.text("user_id");
    t.upstream_subject = in.text("upstream_subject");
    t.client_id = in.text("client_id");
    return t;
  });
}

void read_upstream_extra(UpstreamTokens& tokens, std::string_view extra) {
  struct Extra {
    std::vector<std::string> scopes;
    std::string name, email;
    std::optional<TimePoint> created_at;
  };
  auto read =
      read_object(extra, [](RecordReader& in) { return Extra{in.texts("scopes"), in.text("user_name"), in.text("user_email"), set_time(in, "created_at")}; });
  if (!read) return;
  tokens.scopes = std::move(read->scopes);
  tokens.user_name = std::move(read->name);
  tokens.user_email = std::move(read->email);
  tokens.created_at = read->created_at;
}

std::string report_value(const RefreshReport& report) {
  return text_of(OrderedJson{{"at", unix_seconds(report.at)}, {"succeeded", report.succeeded}, {"detail", report.detail}});
}

std::optional<RefreshReport> read_report(std::string_view value) {
  auto report = read_object(value, [](RecordReader& in) { return RefreshReport{in.time("at"), in.flag("succeeded"), in.text("detail")}; });
  if (!report) return std::nullopt;
  return *std::move(report);
}

Value pending_value(const PendingAuthorization& p) {
  OrderedJson row{{"client_id", p.client_id},
                  {"redirect_uri", p.redirect_uri},
                  {"state", p.state},
                  {"pkce_challenge", p.code_challenge},
                  {"pkce_method", "S256"},
                  {"scopes", p.scopes},
                  {"internal_state", p.internal_state},
                  {"upstream_pkce_verifier", p.pkce_verifier.reveal()},
                  {"upstream_nonce", p.upstream_nonce}};
  const auto unless_empty = [&](const char* name, const std::string& value) {
    if (!value.empty()) row[name] = value;
  };
  unless_empty("upstream_provider_name", p.provider);
  unless_empty("session_id", p.session_id);
  unless_empty("resolved_user_id", p.user_id);
  unless_empty("resolved_user_name", p.user_name);
  unless_empty("resolved_user_email", p.user_email);
  row["created_at"] = unix_seconds(p.created_at);
  const OrderedJson extra{{"nonce", p.nonce},
                          {"resource", p.resource},
                          {"refresh_allowed", p.refresh_allowed},
                          {"leg", p.leg},
                          {"browser_binding", p.browser_binding},
                          {"expires_at", unix_seconds(p.expires_at)}};
  return {text_of(row), text_of(extra)};
}

Result<PendingAuthorization> read_pending(std::string_view row, std::string_view extra) {
  TRY(auto pending, read_object(row, [](RecordReader& in) {
        PendingAuthorization p;
        p.client_id = in.text("client_id");
        p.redirect_uri = in.text("redirect_uri");
        p.state = in.text("state");
        p.code_challenge = in.text("pkce_challenge");
        p.scopes = in.texts("scopes");
        p.internal_state = in.text("internal_state");
        p.pkce_verifier = Secret(in.text("upstream_pkce_verifier"));
        p.upstream_nonce = in.text("upstream_nonce");
        p.provider = in.text("upstream_provider_name");
        p.session_id = in.text("session_id");
        p.user_id = in.text("resolved_user_id");
        p.user_name = in.text("resolved_user_name");
        p.user_email = in.text("resolved_user_email");
        p.created_at = in.time("created_at");
        p.expires_at = p.created_at + kPendingLifetime;
        return p;
      }));
  if (extra.empty()) return pending;
  TRY_VOID(read_object(extra, [&](RecordReader& in) {
    pending.nonce = in.text("nonce");
    pending.resource = in.text("resource");
    pending.refresh_allowed = in.flag("refresh_allowed");
    pending.leg = in.number("leg");
    pending.browser_binding = in.text("browser_binding");
    pending.expires_at = in.time("expires_at");
    return true;
  }));
  return pending;
}

Value client_value(const Client& c) {
  OrderedJson row{{"id", c.id}};
  if (c.secret_hash) row["secret"] = base64_encode(*c.secret_hash);
  row["redirect_uris"] = c.redirect_uris;
  row["grant_types"] = c.grant_types;
  row["response_types"] = c.response_types;
  row["scopes"] = c.scopes;
  row["audience"] = c.audiences;
  row["public"] = !c.secret_hash.has_value();
  if (!c.token_endpoint_auth_method.empty()) row["token_endpoint_auth_method"] = c.token_endpoint_auth_method;
  if (c.dcr_issued) row["dcr_issued"] = true;
  return {text_of(row), text_of(OrderedJson{{"name", c.name}, {"created_at", unix_seconds(c.created_at)}})};
}

Result<Client> read_client(std::string_view row, std::string_view extra, bool expires) {
  bool is_public = false;
  std::string secret;
  TRY(auto client, read_object(row, [&](RecordReader& in) {
        Client c;
        c.id = in.required("id");
        c.redirect_uris = in.texts("redirect_uris");
        c.grant_types = in.texts("grant_types");
        c.response_types = in.texts("response_types");
        c.scopes = in.texts("scopes");
        c.audiences = in.texts("audience");
        c.token_endpoint_auth_method = in.text("token_endpoint_auth_method");
        c.dcr_issued = in.flag("dcr_issued");
        is_public = in.flag("public");
        secret = in.text("secret");
        return c;
      }));
  auto& method = client.token_endpoint_auth_method;
  if (method.empty() && is_public) {
    method = "none";
    client.dcr_issued = client.dcr_issued || expires;
  }
  // A row that says both "public" and a secret method is confidential: doubt adds a check, it never drops one.
  if (!is_public || method != "none") {
    TRY(client.secret_hash, base64_decode(secret));
  }
  if (extra.empty()) return client;
  TRY_VOID(read_object(extra, [&](RecordReader& in) {
    client.name = in.text("name");
    client.created_at = in.time("created_at");
    return true;
  }));
  return client;
}

std::string user_row(const User& user) {
  const auto at = unix_seconds(user.created_at);
  return text_of(OrderedJson{{"id", user.id}, {"created_at", at}, {"updated_at", at}});
}

std::string identity_row(const UserRecord& r, TimePoint now) {
  const auto at = unix_seconds(now);
  return text_of(OrderedJson{{"user_id", r.user.id}, {"provider_id", r.provider}, {"provider_subject", r.subject}, {"linked_at", at}, {"last_used_at", at}});
}

Result<UserRecord> read_identity(std::string_view row) {
  return read_object(row, [](RecordReader& in) {
    UserRecord record;
    record.user.id = in.required("user_id");
    record.provider = in.required("provider_id");
    record.subject = in.required("provider_subject");
    record.user.created_at = in.time("linked_at");
    return record;
  });
}

Result<User> read_user(std::string_view row) {
  return read_object(row, [](RecordReader& in) { return User{in.required("id"), in.time("created_at")}; });
}

namespace {

// The length-prefixed parts of `<len>:<issuer>:<len>:<upstream>:<len>:<redirect>:<hash>`; empty when it is not of that form.
std::vector<std::string> parts_of(std::string_view key) {
  std::vector<std::string> parts;
  for (int i = 0; i < 3; ++i) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), size);
    const auto digits = static_cast<std::size_t>(end - key.data());
    if (error != std::errc{} || size > key.size() || digits + size + 2 > key.size()) return {};
    parts.emplace_back(key.substr(digits + 1, size));
    key.remove_prefix(digits + size + 2);
  }
  parts.emplace_back(key);
  return parts;
}

}  // namespace

std::string registration_row(std::string_view key, const UpstreamRegistration& r, TimePoint now) {
  OrderedJson row = OrderedJson::object();
  auto parts = parts_of(key);
  parts.resize(4);
  row["key_issuer"] = parts[0];
  row["key_upstream_id"] = parts[1];
  row["key_redirect_uri"] = parts[2];
  row["key_scopes_hash"] = parts[3];
  row["client_id"] = r.client_id;
  if (r.client_secret) row["client_secret"] = r.client_secret->reveal();
  if (!r.token_endpoint_auth_method.empty()) row["token_endpoint_auth_method"] = r.token_endpoint_auth_method;
  row["created_at"] = unix_seconds(now);
  row["client_secret_expires_at"] = seconds_or_zero(r.secret_expires_at);
  return text_of(row);
}

Result<UpstreamRegistration> read_registration(std::string_view row) {
  return read_object(row, [](RecordReader& in) {
    UpstreamRegistration r;
    r.client_id = in.required("client_id");
    if (auto secret = in.text("client_secret"); !secret.empty()) r.client_secret = Secret(std::move(secret));
    r.token_endpoint_auth_method = in.text("token_endpoint_auth_method");
    r.secret_expires_at = set_time(in, "client_secret_expires_at");
    return r;
  });
}

}  // namespace vmcpauth::store::redis
