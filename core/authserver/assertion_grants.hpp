// The two grants that begin with a token somebody already has: token exchange for delegate clients (RFC 8693) and the
// JWT bearer assertion of a trusted issuer (RFC 7523 §2.1). What they issue is never more than what was presented.
#pragma once

#include "core/authserver/access_tokens.hpp"
#include "core/authserver/subject_tokens.hpp"
#include "core/oauth/parameters.hpp"

namespace vmcpauth::authserver {

class AssertionGrants {
 public:
  explicit AssertionGrants(const Context& context) : context_(context), tokens_(context) {}

  [[nodiscard]] bool jwt_bearer_enabled() const noexcept;
  // invalid_request (a token is no good), invalid_grant (no consent to delegate), invalid_scope, invalid_target, unauthorized_client.
  [[nodiscard]] Task<Result<Json>> exchange(oauth::Parameters form, store::Client client);
  // invalid_request, invalid_grant (the assertion), invalid_target.
  [[nodiscard]] Task<Result<Json>> redeem_assertion(oauth::Parameters form);

 private:
  // Who acts: the client itself, or whom its actor token (ours, and issued to it) names.
  [[nodiscard]] Result<std::string> actor_of(const oauth::Parameters& form, const store::Client& client) const;
  [[nodiscard]] Result<std::vector<std::string>> audiences_for(const oauth::Parameters& form, const store::Client& client, const SubjectToken& subject) const;

  const Context& context_;
  SubjectTokens tokens_;
};

// RFC 8693 §4.1: the acting client outermost, then the trusted issuer (and its actor), then the chain the subject token
// brought, of which only iss and sub survive. At most 10 levels and 8 KiB. invalid_request.
[[nodiscard]] Result<Json> make_act_claim(const SubjectToken& subject, const std::string& own_issuer, const std::string& actor);

}  // namespace vmcpauth::authserver
