// Who is calling, after boundary 1. Made only by identity::Authenticator.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::identity {

struct ProviderTokens {
  Secret access_token;
  Secret id_token;  // may be empty
};

struct Identity {
  bool anonymous = false;
  std::string subject;
  std::string session_id;  // tsid; "" when the issuer is not our embedded authorization server
  std::vector<std::string> scopes;
  std::vector<std::string> audiences;  // all of the token's aud
  Secret bearer;                       // the incoming token (subject_token of an exchange without subjectProviderName)
  TimePoint expires_at;
  // Usable upstream tokens of the session by provider name, refreshed when needed.
  std::map<std::string, ProviderTokens, std::less<>> upstream_tokens;
  // Providers the session was logged in at whose token is not usable any more, and why. Empty in strict mode, where
  // one of them refuses the whole request.
  std::map<std::string, Error, std::less<>> upstream_failures;
};

// Shared, immutable: requests of one session within the cache's life share it.
using IdentityPtr = std::shared_ptr<const Identity>;

}  // namespace vmcpauth::identity
