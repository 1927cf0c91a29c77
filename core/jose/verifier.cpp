#include "core/jose/verifier.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/jose/compact_jws.hpp"

namespace vmcpauth::jose {
namespace {

constexpr int kMaxClaimsDepth = 16;
constexpr double kLatestTime = 253'402'300'799.0;  // the end of the year 9999

Error refusal(std::string message, std::string detail) { return Error(ErrorCode::Unauthenticated, std::move(message)).note(std::move(detail)); }

// RFC 7519 §2 NumericDate: seconds, possibly with a fraction. nullopt when the claim is absent.
Result<std::optional<TimePoint>> date_claim(const Json& claims, const char* name) {
  const auto member = claims.find(name);
  if (member == claims.end()) return std::nullopt;
  const double seconds = member->is_number() ? member->get<double>() : std::nan("");
  if (!(seconds >= 0 && seconds <= kLatestTime)) return fail(ErrorCode::Unauthenticated, std::string("token claim \"") + name + "\" is not a date");
  return TimePoint(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
}

std::string human(TimePoint::duration difference) { return human_duration(std::chrono::floor<Seconds>(difference)); }

std::string allowing(Seconds leeway) { return " (leeway " + human_duration(leeway) + ")"; }

Result<void> check_type(const Json& header, const std::vector<std::string>& types) {
  const auto member = header.find("typ");
  if (member == header.end()) return {};
  std::string type = member->get<std::string>();
  std::ranges::transform(type, type.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::string_view kPrefix = "application/";
  if (type.starts_with(kPrefix)) type.erase(0, kPrefix.size());
  if (std::ranges::find(types, type) != types.end()) return {};
  return std::unexpected(refusal("token is of another type", "typ is \"" + printable(type, 80) + "\""));
}

Result<void> check_issuer(const Json& claims, const std::string& issuer) {
  const auto member = claims.find("iss");
  const auto* value = member == claims.end() ? nullptr : member->get_ptr<const std::string*>();
  if (!issuer.empty() && value != nullptr && *value == issuer) return {};
  return std::unexpected(
      refusal("token is from another issuer",
              value == nullptr ? "iss is missing" : "iss is \"" + printable(*value, 200) + "\", expected \"" + printable(issuer, 200) + "\""));
}

// RFC 7519 §4.1.3: a string or an array of strings; anything else in it makes the claim malformed.
Result<void> check_audience(const Json& claims, const std::vector<std::string>& audiences) {
  const auto member = claims.find("aud");
  const Json list = member == claims.end() ? Json::array() : member->is_array() ? *member : Json::array({*member});
  if (!std::ranges::all_of(list, &Json::is_string)) return fail(ErrorCode::Unauthenticated, "token claim \"aud\" is malformed");
  for (const auto& value : list) {
    const auto& audience = value.get_ref<const std::string&>();
    if (!audience.empty() && std::ranges::find(audiences, audience) != audiences.end()) return {};
  }
  const std::string wanted = audiences.empty() ? "nothing" : "\"" + printable(audiences.front(), 200) + "\"";
  return std::unexpected(refusal("token is for another audience", "aud is " + printable(dump_json(list), 300) + ", expected " + wanted));
}

Result<TimePoint> check_times(const Json& claims, Seconds leeway, TimePoint now) {
  TRY(auto expires, date_claim(claims, "exp"));
  TRY(auto not_before, date_claim(claims, "nbf"));
  TRY(auto issued, date_claim(claims, "iat"));
  if (!expires) return fail(ErrorCode::Unauthenticated, "token has no expiry");
  if (now - leeway >= *expires)
    return std::unexpected(Error(ErrorCode::Expired, "token has expired").note("expired " + human(now - *expires) + " ago" + allowing(leeway)));
  if (not_before && now + leeway < *not_before)
    return std::unexpected(refusal("token is not valid yet", "valid in " + human(*not_before - now) + allowing(leeway)));
  if (issued && now + leeway < *issued)
    return std::unexpected(refusal("token was issued in the future", "issued in " + human(*issued - now) + allowing(leeway)));
  return *expires;
}

void add_unique(std::vector<std::string>& scopes, std::string_view scope) {
  if (!scope.empty() && std::ranges::find(scopes, scope) == scopes.end()) scopes.emplace_back(scope);
}

void add_words(std::vector<std::string>& scopes, std::string_view text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(' ', begin), text.size());
    add_unique(scopes, text.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace

Result<UnverifiedToken> UnverifiedToken::parse(std::string_view compact) {
  TRY(auto jws, CompactJws::parse(compact));
  UnverifiedToken token;
  TRY(token.claims_, parse_json_object(jws.payload, {.max_bytes = kMaxTokenSize, .max_depth = kMaxClaimsDepth}));
  token.header_ = std::move(jws.header);
  token.signing_input_ = std::move(jws.signing_input);
  token.signature_ = std::move(jws.signature);
  return token;
}

std::vector<std::string> VerifiedToken::scopes() const {
  std::vector<std::string> out;
  for (const auto* name : {"scope", "scp"}) {
    const auto member = claims_.find(name);
    if (member == claims_.end()) continue;
    if (member->is_string()) add_words(out, member->get_ref<const std::string&>());
    if (!member->is_array()) continue;
    for (const auto& item : *member) {
      if (item.is_string()) add_words(out, item.get_ref<const std::string&>());
    }
  }
  return out;
}

Result<VerifiedToken> verify(const UnverifiedToken& token, const VerifyPolicy& policy, const JwkSet& keys, TimePoint now) {
  TRY_VOID(check_type(token.header(), policy.types));
  TRY_VOID(verify_signature(token.header(), token.signing_input(), token.signature(), policy.algorithms, keys));
  TRY_VOID(check_issuer(token.claims(), policy.issuer));
  TRY_VOID(check_audience(token.claims(), policy.audiences));
  VerifiedToken verified;
  TRY(verified.expires_at_, check_times(token.claims(), policy.leeway, now));
  const auto subject = token.claims().find("sub");
  if (subject != token.claims().end()) {
    if (!subject->is_string()) return fail(ErrorCode::Unauthenticated, "token claim \"sub\" is not a string");
    verified.subject_ = subject->get<std::string>();
  }
  verified.header_ = token.header();
  verified.claims_ = token.claims();
  return verified;
}

bool has_key_for(const UnverifiedToken& token, const JwkSet& keys) {
  const auto& header = token.header();
  const auto algorithm = parse_algorithm(header.at("alg").get_ref<const std::string&>());
  const auto kid = header.find("kid");
  return std::ranges::any_of(keys.keys(), [&](const Jwk& jwk) {
    return kid != header.end() ? jwk.kid() == kid->get_ref<const std::string&>() : algorithm && jwk.may_verify(*algorithm);
  });
}

}  // namespace vmcpauth::jose
