#include "core/inspect/claim_observations.hpp"

#include <algorithm>
#include <array>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/base/url.hpp"
#include "core/inspect/claim_values.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr Seconds kLeeway{30};
constexpr Seconds kLong{std::chrono::hours(24)};
constexpr Seconds kShort{60};
// The same can be wrong with each claim that is a time.
struct DateClaim {
  const char* name;
  ObservationCode not_date, milliseconds, fraction;
};
constexpr std::array<DateClaim, 4> kDateClaims{{
    {"exp", "exp-not-date", "exp-milliseconds", "exp-fraction"},
    {"nbf", "nbf-not-date", "nbf-milliseconds", "nbf-fraction"},
    {"iat", "iat-not-date", "iat-milliseconds", "iat-fraction"},
    {"auth_time", "auth_time-not-date", "auth_time-milliseconds", "auth_time-fraction"},
}};

struct ProfileClaim {
  const char* name;
  ObservationCode missing;
};
constexpr std::array<ProfileClaim, 3> kProfileClaims{{{"client_id", "at-jwt-client_id"}, {"jti", "at-jwt-jti"}, {"iat", "at-jwt-iat"}}};

constexpr double kMillisecondsBegin = 100'000'000'000.0;  // in seconds the year 5138

class Observer {
 public:
  Observer(const Json& claims, TimePoint now, Observations& out) : claims_(claims), now_(now), out_(out) {}

  void times() {
    for (const auto& claim : kDateClaims) date_form(claim);
    const auto expires = date_claim(claims_, "exp");
    const auto issued = date_claim(claims_, "iat");
    if (!claims_.contains("exp")) add(Severity::Problem, "exp-missing", "it has no exp: vMCP refuses tokens that never expire");
    if (!claims_.contains("iat")) add(Severity::Note, "iat-missing", "it has no iat: its age is unknown");
    if (expires) expiry(*expires);
    if (issued && now_ + kLeeway < *issued) {
      add(Severity::Problem, "iat-future", "it was issued " + relative_text(*issued, now_) + ": the issuer's clock or this one is wrong");
    }
    if (const auto begins = date_claim(claims_, "nbf")) {
      if (now_ + kLeeway < *begins) add(Severity::Problem, "nbf-future", "it is not valid yet: it will be " + relative_text(*begins, now_));
      if (expires && *begins >= *expires) add(Severity::Problem, "nbf-after-exp", "it begins to be valid (nbf) after it has expired");
    }
    if (expires && issued) lifetime(std::chrono::floor<Seconds>(*expires - *issued));
  }

  void issuer() {
    const auto member = claims_.find("iss");
    if (member == claims_.end()) return add(Severity::Problem, "iss-missing", "it names no issuer (iss): vMCP compares it with the configured one");
    if (text_claim(claims_, "iss").empty()) return add(Severity::Problem, "iss-not-text", "iss is not a string, or empty");
    const auto value = text_claim(claims_, "iss");
    const auto url = Url::parse(value);
    if (!url) return add(Severity::Note, "iss-not-url", "iss is not a URL: the issuer's keys cannot be discovered from it");
    if (value.ends_with('/')) {
      add(Severity::Note, "iss-trailing-slash", "iss ends with a slash: issuers are compared byte for byte, the configured one must end with it too");
    }
    if (!url->is_https() && !url->is_loopback()) add(Severity::Warning, "iss-http", "iss is an http URL");
  }

  void audience() {
    const auto member = claims_.find("aud");
    if (member == claims_.end()) {
      return add(Severity::Problem, "aud-missing", "it names no audience (aud): it could be meant for anybody, and vMCP refuses it");
    }
    const auto values = audience_claim(claims_);
    const bool all_text = member->is_string() || (member->is_array() && values.size() == member->size());
    if (!all_text) add(Severity::Problem, "aud-malformed", "aud is neither a string nor an array of strings");
    if (all_text && values.empty()) add(Severity::Problem, "aud-empty", "aud is empty");
    if (std::find(values.begin(), values.end(), "") != values.end()) add(Severity::Warning, "aud-blank", "aud holds an empty string");
    if (values.size() > 1) {
      add(Severity::Note, "aud-several", "it is for " + std::to_string(values.size()) + " audiences: each of them could replay it at the others");
    }
  }

  void subject() {
    if (claims_.contains("sub") && !claims_["sub"].is_string()) {
      return add(Severity::Problem, "sub-not-text", "sub is not a string");
    }
    if (text_claim(claims_, "sub").empty()) add(Severity::Problem, "sub-missing", "it has no subject (sub): nobody knows whom it stands for");
  }

  void scope() {
    const bool both = claims_.contains("scope") && claims_.contains("scp");
    const auto scopes = scope_claim(claims_);
    for (const auto* name : {"scope", "scp"}) {
      const auto member = claims_.find(name);
      if (member == claims_.end() || member->is_string() || member->is_array()) continue;
      add(Severity::Warning, "scope-malformed", std::string(name) + " is neither a string nor an array");
    }
    if (claims_.contains("scope") && claims_["scope"].is_array()) {
      add(Severity::Note, "scope-array", "scope is an array; RFC 8693 §4.2 wants one string, and some readers see no scope here");
    }
    if (both && Json(claims_["scope"]).is_string() && claims_["scp"].is_array() && scopes.size() != claims_["scp"].size()) {
      add(Severity::Warning, "scope-differs", "scope and scp do not say the same");
    }
    for (const auto& value : scopes) {
      if (value.find(',') == std::string::npos) continue;
      add(Severity::Warning, "scope-comma", "a scope has a comma in it: they are separated by spaces, so this is one scope to vMCP");
      break;
    }
  }

  void kind() {
    if (looks_like_id_token(claims_)) {
      add(Severity::Warning, "id-token", "it looks like an ID token: it says who signed in, and is no access token for an API");
    }
    if (claims_.contains("cnf")) {
      add(Severity::Warning, "bound", "it is bound to a key (cnf): sent as a plain bearer token it is refused by whoever checks the binding");
    }
    if (claims_.contains("tsid")) {
      const bool text = claims_["tsid"].is_string();
      if (!text) return add(Severity::Problem, "tsid-not-text", "tsid is not a string");
      add(Severity::Note, "vmcp", "it was issued by a vMCP authorization server: its tsid names the session whose upstream tokens are used");
    }
  }

  // RFC 9068 §2.2, for tokens that say they follow it.
  void profile(const Json& header) {
    const auto type = text_claim(header, "typ");
    if (type != "at+jwt" && type != "application/at+jwt") return;
    for (const auto& [name, missing] : kProfileClaims) {
      if (!claims_.contains(name)) add(Severity::Note, missing, std::string("typ is at+jwt, but ") + name + " is missing (RFC 9068 §2.2)");
    }
  }

 private:
  void add(Severity severity, ObservationCode code, std::string text) { out_.push_back({severity, code, std::move(text)}); }

  void date_form(const DateClaim& claim) {
    const std::string name = claim.name;
    const auto member = claims_.find(name);
    if (member == claims_.end()) return;
    if (!member->is_number()) return add(Severity::Problem, claim.not_date, name + " is not a number of seconds (RFC 7519 §2)");
    const auto value = member->get<double>();
    if (value >= kMillisecondsBegin) return add(Severity::Problem, claim.milliseconds, name + " looks like milliseconds: it must be seconds");
    if (value < 0) return add(Severity::Problem, claim.not_date, name + " is before 1970");
    if (member->is_number_float()) add(Severity::Note, claim.fraction, name + " has a fraction of a second, which some readers refuse");
  }

  void expiry(TimePoint expires) {
    if (now_ - kLeeway >= expires) {
      add(Severity::Problem, "expired", "it expired " + relative_text(expires, now_));
    } else if (now_ >= expires) {
      add(Severity::Warning, "expired-leeway", "it expired " + relative_text(expires, now_) + "; only the leeway of 30s still lets it through");
    } else if (expires - now_ < kShort) {
      add(Severity::Warning, "expires-soon", "it expires " + relative_text(expires, now_));
    }
  }

  void lifetime(Seconds span) {
    if (span.count() <= 0) return add(Severity::Problem, "exp-before-iat", "it expires before it was issued");
    if (span > kLong) add(Severity::Warning, "long-lived", "it lives " + human_duration(span) + ": whoever steals it has it that long");
    if (span < kShort) add(Severity::Note, "short-lived", "it lives only " + human_duration(span));
  }

  const Json& claims_;
  TimePoint now_;
  Observations& out_;
};

}  // namespace

bool looks_like_id_token(const Json& claims) {
  const bool marks = claims.contains("nonce") || claims.contains("at_hash") || claims.contains("c_hash");
  return marks && !claims.contains("scope") && !claims.contains("scp") && !claims.contains("tsid");
}

void observe_claims(const DecodedToken& token, TimePoint now, Observations& out) {
  if (!token.claims.is_object()) return;
  Observer observer(token.claims, now, out);
  observer.times();
  observer.issuer();
  observer.audience();
  observer.subject();
  observer.scope();
  observer.kind();
  observer.profile(token.header);
}

}  // namespace vmcpauth::inspect
