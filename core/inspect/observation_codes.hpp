// The codes of observations, each with what it means: scripts match on them. A code that is not here does not compile, and
// docs/reference/token-json.md is made from this table. Used through observation.hpp.
#pragma once

#include <array>
#include <string_view>

namespace vmcpauth::inspect {

struct CodeMeaning {
  std::string_view group;  // the heading on the page
  std::string_view code;   // stable
  std::string_view meaning;
};

inline constexpr std::string_view kTextCodes = "A token's text";
inline constexpr std::string_view kHeaderCodes = "A token's header";
inline constexpr std::string_view kTimeCodes = "A token's times";
inline constexpr std::string_view kClaimCodes = "Who it is from, for and about";
inline constexpr std::string_view kKindCodes = "What kind of token it is";
inline constexpr std::string_view kStoredCodes = "A stored session (`token doctor`)";

inline constexpr auto kObservationCodes = std::to_array<CodeMeaning>({
    {kTextCodes, "authorization-header", "It was pasted with its `Authorization` header."},
    {kTextCodes, "bearer-prefix", "It was pasted with the word `Bearer`."},
    {kTextCodes, "quoted", "It was pasted with quotes."},
    {kTextCodes, "line-breaks", "It had line breaks inside."},
    {kTextCodes, "too-large", "It is larger than the 16 KiB that vmcpauth accepts."},
    {kTextCodes, "signature-missing", "It has no signature: anybody can have written it."},
    {kTextCodes, "header-base64", "The header is base64 with padding or of the wrong alphabet."},
    {kTextCodes, "payload-base64", "The payload is."},
    {kTextCodes, "signature-base64", "The signature is."},
    {kTextCodes, "payload-encoding", "The payload is not base64url at all."},
    {kTextCodes, "payload-not-json", "The payload is not a JSON object."},
    {kTextCodes, "duplicate-member", "A member is there twice: readers disagree about which one counts."},

    {kHeaderCodes, "alg-missing", "No `alg`: nothing can verify it."},
    {kHeaderCodes, "alg-not-text", "`alg` is not a string."},
    {kHeaderCodes, "alg-none", "`alg` is `none`: it is not signed."},
    {kHeaderCodes, "alg-shared-secret", "Signed with a shared secret, which no published key can check."},
    {kHeaderCodes, "alg-unknown", "`alg` is none that vmcpauth verifies."},
    {kHeaderCodes, "typ-not-text", "`typ` is not a string."},
    {kHeaderCodes, "typ-other", "`typ` is neither `JWT` nor `at+jwt`: vMCP does not take it as an access token."},
    {kHeaderCodes, "kid-missing", "No `kid`: every key of the issuer has to be tried."},
    {kHeaderCodes, "kid-not-text", "`kid` is not a string."},
    {kHeaderCodes, "kid-too-long", "`kid` is longer than 1024 bytes."},
    {kHeaderCodes, "crit", "Critical extensions, which a verifier that does not know them must refuse."},
    {kHeaderCodes, "b64", "The payload is not encoded (`b64: false`)."},
    {kHeaderCodes, "embedded-jwk", "The header carries a key. It is never used."},
    {kHeaderCodes, "embedded-jku", "The header names the URL of a key set. It is never used."},
    {kHeaderCodes, "embedded-x5u", "The header names the URL of a certificate. It is never used."},
    {kHeaderCodes, "embedded-x5c", "The header carries a certificate. It is never used."},
    {kHeaderCodes, "nested", "The payload is a token itself."},
    {kHeaderCodes, "compressed", "The content is compressed."},
    {kHeaderCodes, "header-nonce", "An access token of Microsoft Graph's own, which only Graph can check."},
    {kHeaderCodes, "encrypted", "Encrypted: only whom it was made for can read it."},

    {kTimeCodes, "exp-missing", "No `exp`: vMCP refuses tokens that never expire."},
    {kTimeCodes, "expired", "It has expired."},
    {kTimeCodes, "expired-leeway", "It has expired; only the leeway for clocks still lets it through."},
    {kTimeCodes, "expires-soon", "It expires within a minute."},
    {kTimeCodes, "exp-before-iat", "It expires before it was issued."},
    {kTimeCodes, "nbf-future", "It is not valid yet."},
    {kTimeCodes, "nbf-after-exp", "It begins to be valid after it has expired."},
    {kTimeCodes, "iat-missing", "No `iat`: its age is unknown."},
    {kTimeCodes, "iat-future", "It was issued in the future: a clock is wrong."},
    {kTimeCodes, "long-lived", "It lives longer than a day."},
    {kTimeCodes, "short-lived", "It lives less than a minute."},
    {kTimeCodes, "exp-not-date", "`exp` is not a number of seconds."},
    {kTimeCodes, "exp-milliseconds", "`exp` looks like milliseconds."},
    {kTimeCodes, "exp-fraction", "`exp` has a fraction, which some readers refuse."},
    {kTimeCodes, "nbf-not-date", "`nbf` is not a number of seconds."},
    {kTimeCodes, "nbf-milliseconds", "`nbf` looks like milliseconds."},
    {kTimeCodes, "nbf-fraction", "`nbf` has a fraction."},
    {kTimeCodes, "iat-not-date", "`iat` is not a number of seconds."},
    {kTimeCodes, "iat-milliseconds", "`iat` looks like milliseconds."},
    {kTimeCodes, "iat-fraction", "`iat` has a fraction."},
    {kTimeCodes, "auth_time-not-date", "`auth_time` is not a number of seconds."},
    {kTimeCodes, "auth_time-milliseconds", "`auth_time` looks like milliseconds."},
    {kTimeCodes, "auth_time-fraction", "`auth_time` has a fraction."},

    {kClaimCodes, "iss-missing", "No issuer."},
    {kClaimCodes, "iss-not-text", "`iss` is not a string, or empty."},
    {kClaimCodes, "iss-not-url", "`iss` is not a URL: keys cannot be found from it."},
    {kClaimCodes, "iss-trailing-slash", "`iss` ends with a slash: the configured issuer must end with it too."},
    {kClaimCodes, "iss-http", "`iss` is an http URL."},
    {kClaimCodes, "aud-missing", "No audience: vMCP refuses it."},
    {kClaimCodes, "aud-malformed", "`aud` is neither a string nor a list of strings."},
    {kClaimCodes, "aud-empty", "`aud` is an empty list."},
    {kClaimCodes, "aud-blank", "`aud` holds an empty string."},
    {kClaimCodes, "aud-several", "Several audiences: each could replay it at the others."},
    {kClaimCodes, "sub-missing", "No subject."},
    {kClaimCodes, "sub-not-text", "`sub` is not a string."},
    {kClaimCodes, "scope-malformed", "`scope` or `scp` is neither a string nor a list."},
    {kClaimCodes, "scope-array", "`scope` is a list; some readers see no scope then."},
    {kClaimCodes, "scope-differs", "`scope` and `scp` do not say the same."},
    {kClaimCodes, "scope-comma", "A scope has a comma in it: they are separated by spaces."},
    {kClaimCodes, "act-malformed", "An `act` claim is not an object."},
    {kClaimCodes, "act-anonymous", "An `act` claim names no actor."},
    {kClaimCodes, "act-deep", "More than 16 actors are nested."},

    {kKindCodes, "id-token", "An ID token: it says who signed in, and opens no API."},
    {kKindCodes, "bound", "Bound to a key (`cnf`): as a plain bearer token it is refused."},
    {kKindCodes, "vmcp", "Issued by a vMCP: its `tsid` names the session whose tokens are used."},
    {kKindCodes, "tsid-not-text", "`tsid` is not a string."},
    {kKindCodes, "at-jwt-client_id", "`typ` is `at+jwt`, but `client_id` is missing."},
    {kKindCodes, "at-jwt-jti", "`typ` is `at+jwt`, but `jti` is missing."},
    {kKindCodes, "at-jwt-iat", "`typ` is `at+jwt`, but `iat` is missing."},
    {kKindCodes, "not-an-access-token", "An API key, a refresh token or a client secret."},

    {kStoredCodes, "no-access-token", "There is no access token."},
    {kStoredCodes, "expiry-differs", "The token itself expires earlier than the provider's answer said."},
    {kStoredCodes, "session-over", "The session has ended at the provider."},
    {kStoredCodes, "access-token-expired", "It has expired; the next use refreshes it."},
    {kStoredCodes, "dead", "It has expired, and there is no refresh token."},
    {kStoredCodes, "no-refresh-token", "No refresh token: the session ends with the access token."},
    {kStoredCodes, "refresh-failed", "The last refresh failed."},
    {kStoredCodes, "refresh-token-expired", "The refresh token has expired."},
    {kStoredCodes, "refresh-token-expires", "The refresh token expires, unless it is renewed before."},
    {kStoredCodes, "no-id-token", "A backend needs an ID token, and there is none."},
    {kStoredCodes, "id-token-expired", "A backend needs the ID token, and it has expired."},
    {kStoredCodes, "not-configured", "The configuration has no such provider: nothing can refresh the tokens."},
    {kStoredCodes, "scope-missing", "A scope that the configuration asks for was not granted."},
    {kStoredCodes, "google-offline", "Google gives a refresh token only with `access_type=offline`."},
    {kStoredCodes, "offline-access", "Most providers give a refresh token only for the scope `offline_access`."},
    {kStoredCodes, "no-tokens", "The session has no tokens of this provider."},
    {kStoredCodes, "damaged", "The row cannot be read."},
    {kStoredCodes, "several-users", "Its rows belong to different users: vMCP refuses such a session."},
});

// One of the codes. Made from a literal; one that is not in the table ends the compilation here.
class ObservationCode {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): codes are written as literals
  consteval ObservationCode(const char* code) : code_(code) {
    for (const auto& known : kObservationCodes) {
      if (known.code == code_) return;
    }
    throw "core/inspect/observation_codes.hpp does not have this code";
  }
  [[nodiscard]] constexpr std::string_view text() const noexcept { return code_; }

 private:
  std::string_view code_;
};

}  // namespace vmcpauth::inspect
