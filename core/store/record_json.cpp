#include "core/store/record_json.hpp"

#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/store/record_reader.hpp"
#include "core/store/record_shapes.hpp"

namespace vmcpauth::store {
namespace {

constexpr std::string_view kRedacted = "[redacted]";

// Writes the members of one kind of record; what is empty is left out.
template <const JsonShape& Shape>
class Writer {
 public:
  using Name = JsonName<Shape>;
  explicit Writer(Secrets secrets) : redact_(secrets == Secrets::Redact) { out_.set("kind", Shape.name); }

  Writer& text(Name name, std::string_view value) {
    out_.set_unless_empty(name, value);
    return *this;
  }
  Writer& texts(Name name, const std::vector<std::string>& value) {
    if (!value.empty()) out_.set(name, value);
    return *this;
  }
  Writer& secret(Name name, std::string_view value) {
    if (!value.empty()) out_.set(name, redact_ ? kRedacted : value);
    return *this;
  }
  Writer& time(Name name, std::optional<TimePoint> value) {
    if (value) out_.set(name, unix_seconds(*value));
    return *this;
  }
  Writer& set(Name name, OrderedJson value) {
    out_.set(name, std::move(value));
    return *this;
  }
  [[nodiscard]] OrderedJson take() { return out_.take(); }

 private:
  bool redact_;
  JsonObject<Shape> out_;
};

struct ToJson {
  Secrets secrets;

  [[nodiscard]] static OrderedJson of(const Grant& grant) {
    JsonObject<kGrantShape> out;
    out.set("grant_id", grant.grant_id).set("session_id", grant.session_id).set("client_id", grant.client_id).set("user_id", grant.user_id);
    out.set("user_name", grant.user_name).set("user_email", grant.user_email).set("scopes", grant.scopes).set("audiences", grant.audiences);
    return out.set("created_at", unix_seconds(grant.created_at)).take();
  }

  OrderedJson operator()(const ClientRecord& r) const {
    const auto& c = r.client;
    Writer<kClientShape> out(secrets);
    out.text("id", c.id).texts("redirect_uris", c.redirect_uris).texts("grant_types", c.grant_types).texts("response_types", c.response_types);
    out.texts("scopes", c.scopes).texts("audiences", c.audiences).text("token_endpoint_auth_method", c.token_endpoint_auth_method);
    out.text("name", c.name).set("dcr_issued", c.dcr_issued).time("created_at", c.created_at).time("expires_at", r.expires_at);
    return out.secret("secret_hash", c.secret_hash.value_or("")).take();
  }
  OrderedJson operator()(const PendingRecord& r) const {
    const auto& p = r.pending;
    Writer<kPendingShape> out(secrets);
    out.secret("internal_state", p.internal_state).text("session_id", p.session_id).text("client_id", p.client_id).text("redirect_uri", p.redirect_uri);
    out.secret("state", p.state).text("code_challenge", p.code_challenge).text("nonce", p.nonce).texts("scopes", p.scopes).text("resource", p.resource);
    out.set("refresh_allowed", p.refresh_allowed).text("provider", p.provider).set("leg", p.leg).secret("pkce_verifier", p.pkce_verifier.reveal());
    out.secret("upstream_nonce", p.upstream_nonce).text("browser_binding", p.browser_binding).text("user_id", p.user_id).text("user_name", p.user_name);
    return out.text("user_email", p.user_email).time("created_at", p.created_at).time("expires_at", p.expires_at).take();
  }
  OrderedJson operator()(const CodeRecord& r) const {
    Writer<kCodeShape> out(secrets);
    out.text("signature", r.signature).text("redirect_uri", r.code.redirect_uri).text("code_challenge", r.code.code_challenge);
    out.text("resource", r.code.resource).text("nonce", r.code.nonce).set("grant", of(r.code.grant)).time("expires_at", r.code.expires_at);
    return out.set("used", r.used).take();
  }
  OrderedJson operator()(const RefreshRecord& r) const {
    Writer<kRefreshShape> out(secrets);
    out.text("signature", r.signature).set("grant", of(r.token.grant)).time("issued_at", r.token.issued_at).time("expires_at", r.token.expires_at);
    return out.set("used", r.used).take();
  }
  OrderedJson operator()(const RevokedGrantRecord& r) const {
    return Writer<kRevokedGrantShape>(secrets).text("grant_id", r.grant_id).time("expires_at", r.expires_at).take();
  }
  OrderedJson operator()(const UpstreamRecord& r) const {
    const auto& t = r.tokens;
    Writer<kUpstreamShape> out(secrets);
    out.text("session_id", r.session_id).text("provider", t.provider).secret("access_token", t.access_token.reveal());
    out.secret("refresh_token", t.refresh_token.reveal()).secret("id_token", t.id_token.reveal()).time("expires_at", t.expires_at);
    out.time("session_expires_at", t.session_expires_at).text("user_id", t.user_id).text("upstream_subject", t.upstream_subject);
    out.text("client_id", t.client_id).texts("scopes", t.scopes).text("user_name", t.user_name).text("user_email", t.user_email);
    out.time("created_at", t.created_at).time("last_used_at", t.last_used_at);
    if (t.last_refresh) {
      JsonObject<kRefreshReportShape> report;
      report.set("at", unix_seconds(t.last_refresh->at)).set("succeeded", t.last_refresh->succeeded);
      out.set("last_refresh", report.set_unless_empty("detail", t.last_refresh->detail).take());
    }
    return out.take();
  }
  OrderedJson operator()(const UserRecord& r) const {
    return Writer<kUserShape>(secrets)
        .text("provider", r.provider)
        .text("subject", r.subject)
        .text("id", r.user.id)
        .time("created_at", r.user.created_at)
        .take();
  }
  OrderedJson operator()(const OnceRecord& r) const { return Writer<kOnceShape>(secrets).text("digest", r.digest).time("expires_at", r.expires_at).take(); }
  OrderedJson operator()(const RegistrationRecord& r) const {
    const auto& g = r.registration;
    Writer<kRegistrationShape> out(secrets);
    out.text("key", r.key).text("client_id", g.client_id).secret("client_secret", g.client_secret ? g.client_secret->reveal() : "");
    return out.text("token_endpoint_auth_method", g.token_endpoint_auth_method).time("secret_expires_at", g.secret_expires_at).take();
  }
};

Grant read_grant(RecordReader& in) {
  Grant grant;
  grant.grant_id = in.required("grant_id");
  grant.session_id = in.text("session_id");
  grant.client_id = in.text("client_id");
  grant.user_id = in.text("user_id");
  grant.user_name = in.text("user_name");
  grant.user_email = in.text("user_email");
  grant.scopes = in.texts("scopes");
  grant.audiences = in.texts("audiences");
  grant.created_at = in.time("created_at");
  return grant;
}

Record read_client(RecordReader& in) {
  ClientRecord out;
  auto& c = out.client;
  c.id = in.required("id");
  if (auto hash = in.text("secret_hash"); !hash.empty()) c.secret_hash = std::move(hash);
  c.redirect_uris = in.texts("redirect_uris");
  c.grant_types = in.texts("grant_types");
  c.response_types = in.texts("response_types");
  c.scopes = in.texts("scopes");
  c.audiences = in.texts("audiences");
  c.token_endpoint_auth_method = in.text("token_endpoint_auth_method");
  c.name = in.text("name");
  c.dcr_issued = in.flag("dcr_issued");
  c.created_at = in.time("created_at");
  out.expires_at = in.optional_time("expires_at");
  return out;
}

Record read_pending(RecordReader& in) {
  PendingAuthorization p;
  p.internal_state = in.required("internal_state");
  p.session_id = in.required("session_id");
  p.client_id = in.text("client_id");
  p.redirect_uri = in.text("redirect_uri");
  p.state = in.text("state");
  p.code_challenge = in.text("code_challenge");
  p.nonce = in.text("nonce");
  p.scopes = in.texts("scopes");
  p.resource = in.text("resource");
  p.refresh_allowed = in.flag("refresh_allowed");
  p.provider = in.text("provider");
  p.leg = in.number("leg");
  p.pkce_verifier = Secret(in.text("pkce_verifier"));
  p.upstream_nonce = in.text("upstream_nonce");
  p.browser_binding = in.text("browser_binding");
  p.user_id = in.text("user_id");
  p.user_name = in.text("user_name");
  p.user_email = in.text("user_email");
  p.created_at = in.time("created_at");
  p.expires_at = in.time("expires_at");
  return PendingRecord{std::move(p)};
}

Record read_code(RecordReader& in) {
  CodeRecord out;
  out.signature = in.required("signature");
  out.code.redirect_uri = in.text("redirect_uri");
  out.code.code_challenge = in.text("code_challenge");
  out.code.resource = in.text("resource");
  out.code.nonce = in.text("nonce");
  out.code.grant = in.object("grant", read_grant);
  out.code.expires_at = in.time("expires_at");
  out.used = in.flag("used");
  return out;
}

Record read_refresh(RecordReader& in) {
  RefreshRecord out;
  out.signature = in.required("signature");
  out.token.grant = in.object("grant", read_grant);
  out.token.issued_at = in.time("issued_at");
  out.token.expires_at = in.time("expires_at");
  out.used = in.flag("used");
  return out;
}

RefreshReport read_report(RecordReader& in) { return {.at = in.time("at"), .succeeded = in.flag("succeeded"), .detail = in.text("detail")}; }

Record read_upstream(RecordReader& in) {
  UpstreamRecord out;
  auto& t = out.tokens;
  out.session_id = in.required("session_id");
  t.provider = in.required("provider");
  t.access_token = Secret(in.text("access_token"));
  t.refresh_token = Secret(in.text("refresh_token"));
  t.id_token = Secret(in.text("id_token"));
  t.expires_at = in.optional_time("expires_at");
  t.session_expires_at = in.optional_time("session_expires_at");
  t.user_id = in.text("user_id");
  t.upstream_subject = in.text("upstream_subject");
  t.client_id = in.text("client_id");
  t.scopes = in.texts("scopes");
  t.user_name = in.text("user_name");
  t.user_email = in.text("user_email");
  t.created_at = in.optional_time("created_at");
  t.last_used_at = in.optional_time("last_used_at");
  if (in.has("last_refresh")) t.last_refresh = in.object("last_refresh", read_report);
  return out;
}

Record read_registration(RecordReader& in) {
  RegistrationRecord out;
  out.key = in.required("key");
  out.registration.client_id = in.required("client_id");
  if (auto secret = in.text("client_secret"); !secret.empty()) out.registration.client_secret = Secret(std::move(secret));
  out.registration.token_endpoint_auth_method = in.text("token_endpoint_auth_method");
  out.registration.secret_expires_at = in.optional_time("secret_expires_at");
  return out;
}

std::optional<Record> read(std::string_view kind, RecordReader& in) {
  if (kind == "client") return read_client(in);
  if (kind == "pending") return read_pending(in);
  if (kind == "code") return read_code(in);
  if (kind == "refresh") return read_refresh(in);
  if (kind == "revoked_grant") return RevokedGrantRecord{in.required("grant_id"), in.time("expires_at")};
  if (kind == "upstream") return read_upstream(in);
  if (kind == "user") return UserRecord{in.required("provider"), in.required("subject"), {in.required("id"), in.time("created_at")}};
  if (kind == "once") return OnceRecord{in.required("digest"), in.time("expires_at")};
  if (kind == "registration") return read_registration(in);
  return std::nullopt;
}

}  // namespace

OrderedJson to_json(const Record& record, Secrets secrets) { return std::visit(ToJson{secrets}, record); }

Result<Record> record_from_json(const Json& json) {
  if (!json.is_object()) return fail(ErrorCode::InvalidInput, "a record is a JSON object");
  TRY(const auto kind, required_string(json, "kind"));
  RecordReader in(json);
  auto record = read(kind, in);
  if (!record) return fail(ErrorCode::InvalidInput, "no such kind of record: " + printable(kind, 40));
  if (auto error = in.take_error()) return std::unexpected(std::move(*error).note(kind + " record"));
  return *std::move(record);
}

}  // namespace vmcpauth::store
