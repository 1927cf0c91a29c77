// Tokens presented as proof: subject and actor tokens of an exchange (RFC 8693 §2.1) and assertions (RFC 7523 §3). Ours are
// verified by our own keys, others by those of a trusted issuer, with what that issuer's configuration demands on top
// (REFERENCE.md §4; ToolHive's "external subject-token exchange").
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/authserver/actor_matcher.hpp"
#include "core/authserver/context.hpp"
#include "core/jose/verifier.hpp"
#include "core/oauth/jwks_source.hpp"

namespace vmcpauth::authserver {

struct SubjectToken {
  std::string subject, client_id, name, email, jti;
  std::vector<std::string> scopes, audiences;
  TimePoint expires_at;
  Json act;                                // as found; null = none
  std::optional<std::string> may_act_sub;  // RFC 8693 §4.4
  // Set for a trusted issuer's token.
  const config::TrustedIssuer* issuer = nullptr;
  std::string external_actor;  // the allowed actor that asked for it; "" when may_act or actor_matcher speaks instead
};

class SubjectTokens {
 public:
  explicit SubjectTokens(const Context& context);

  // A token of ours or of a trusted issuer that may delegate. invalid_request for every reason it can be wrong (RFC 8693 §2.2.2).
  [[nodiscard]] Task<Result<SubjectToken>> validate(std::string token);
  [[nodiscard]] Result<SubjectToken> validate_own(std::string_view token) const;
  // An assertion of an issuer with a jwt_bearer_grant. invalid_grant.
  [[nodiscard]] Task<Result<SubjectToken>> validate_assertion(std::string token);

 private:
  struct Issuer {
    const config::TrustedIssuer* config;
    std::optional<ActorMatcher> matcher;
    std::shared_ptr<oauth::MetadataSource> metadata;
    std::unique_ptr<oauth::JwksSource> keys;
  };
  // The allowed actor of the token, or "" when actor_matcher takes it. invalid_request.
  [[nodiscard]] static Result<std::string> authorize_actor(const Issuer& issuer, const Json& claims);
  [[nodiscard]] Issuer* issuer_of(const jose::UnverifiedToken& token);
  [[nodiscard]] Task<Result<SubjectToken>> validate_external(Issuer& issuer, jose::UnverifiedToken token);
  [[nodiscard]] Task<Result<jose::VerifiedToken>> verify_external(Issuer& issuer, jose::UnverifiedToken token, jose::VerifyPolicy policy);

  const Context& context_;
  std::map<std::string, Issuer, std::less<>> issuers_;
};

}  // namespace vmcpauth::authserver
