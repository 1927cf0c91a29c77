#include "proxy/demo/bearer_report.hpp"

#include <utility>

#include "core/base/duration.hpp"
#include "proxy/demo/parameters.hpp"

namespace vmcpauth::proxy {
namespace {

using State = BearerReport::State;

BearerReport refused(State state, std::string why) { return {.state = state, .why = std::move(why)}; }

std::string list_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string out;
  for (const auto& item : value) out += (out.empty() ? "" : " ") + (item.is_string() ? item.get<std::string>() : dump_json(item));
  return out;
}

Json scopes_of(const Json& claims) {
  for (const char* name : {"scope", "scp"}) {
    const auto found = claims.find(name);
    if (found == claims.end()) continue;
    if (found->is_array()) return *found;
    if (!found->is_string()) continue;
    const auto scopes = parse_scope(found->get<std::string>());
    return scopes ? Json(*scopes) : Json::array();
  }
  return Json::array();
}

void add_expiry(Json& out, const Json& claims, TimePoint now) {
  const auto exp = optional_integer(claims, "exp");
  if (!exp || !*exp) return;
  out["expires_at"] = **exp;
  // Compared, not subtracted: a hostile `exp` may be any 64-bit number.
  constexpr std::int64_t kCentury = 3'155'760'000;
  const auto current = unix_seconds(now);
  if (**exp > current && **exp < current + kCentury) out["expires_in"] = **exp - current;
  out["expired"] = **exp <= current;
}

}  // namespace

BearerReport report_bearer(const http::Request& request, const TrustedIssuers& trust, const std::optional<RequiredToken>& required, TimePoint now) {
  if (!request.headers.contains("Authorization")) return refused(State::None, "the request carries no Authorization header");
  const auto token = bearer_token(request);
  if (!token) return refused(State::Malformed, "the Authorization header is no single Bearer token");
  const auto unverified = jose::UnverifiedToken::parse(*token);
  if (!unverified) return refused(State::Opaque, "the token is opaque, or a malformed JWT");

  BearerReport report{.state = State::Unverified, .claims = unverified->claims()};
  const std::string issuer = text_claim(report.claims, "iss");
  if (const auto known = trust.find(issuer)) report.provider = known->name;
  if (required && issuer != required->issuer) {
    report.why = "the token is of another issuer than this backend accepts";
    return report;
  }
  const auto verified = trust.verify(*token, required ? std::string_view(required->audience) : std::string_view(), now);
  if (!verified) {
    report.why = verified.error().message();
    return report;
  }
  report.state = State::Verified;
  return report;
}

Json whoami_json(const BearerReport& report, const std::string& backend, TimePoint now) {
  const bool has_token = report.state != State::None && report.state != State::Malformed;
  Json out = {{"backend", backend}, {"token_received", has_token}, {"signature_verified", report.state == State::Verified}};
  if (!report.why.empty()) out["why_not_verified"] = report.why;
  if (report.claims.empty()) return out;
  if (!report.provider.empty()) out["provider"] = report.provider;
  for (const auto& [member, claim] : {std::pair{"issuer", "iss"}, {"subject", "sub"}, {"name", "name"}, {"email", "email"}, {"client_id", "client_id"}}) {
    if (auto text = text_claim(report.claims, claim); !text.empty()) out[member] = std::move(text);
  }
  if (report.claims.contains("aud")) out["audience"] = report.claims.at("aud");
  out["scopes"] = scopes_of(report.claims);
  add_expiry(out, report.claims, now);
  out["claims"] = report.claims;
  return out;
}

std::string whoami_text(const Json& whoami) {
  std::string out = "Backend: " + text_claim(whoami, "backend") + "\n";
  if (!whoami.at("token_received").get<bool>()) return out + "No bearer token: " + text_claim(whoami, "why_not_verified") + "\n";
  const auto line = [&](const std::string& label, const std::string& value) {
    if (!value.empty()) out += label + ": " + printable(value, 500) + "\n";
  };
  const bool verified = whoami.at("signature_verified").get<bool>();
  line("Provider", text_claim(whoami, "provider"));
  line("Signature verified", verified ? "yes" : "no (" + text_claim(whoami, "why_not_verified") + ")");
  const std::string email = text_claim(whoami, "email");
  line("Name", text_claim(whoami, "name") + (email.empty() ? "" : " <" + email + ">"));
  line("Subject", text_claim(whoami, "subject"));
  line("Issuer", text_claim(whoami, "issuer"));
  if (whoami.contains("audience")) line("Audience", list_text(whoami.at("audience")));
  if (whoami.contains("scopes")) line("Scopes", list_text(whoami.at("scopes")));
  line("Client", text_claim(whoami, "client_id"));
  if (whoami.contains("expires_in")) line("Expires", "in " + human_duration(Seconds(whoami.at("expires_in").get<std::int64_t>())));
  if (whoami.contains("expired") && whoami.at("expired").get<bool>()) line("Expires", "it has expired");
  return out;
}

}  // namespace vmcpauth::proxy
