// The issuers the demo world knows, each with a name for people and its current public keys: token exchange at a mock
// identity provider and `whoami` of a demo backend verify with them. All in process, so no JWKS request is made. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/jose/verifier.hpp"

namespace vmcpauth::proxy {

// A member's text; "" when it is absent or no string.
[[nodiscard]] std::string text_claim(const Json& claims, std::string_view name);

class TrustedIssuers {
 public:
  using Keys = std::function<jose::JwkSet()>;  // called for every verification: rotation is seen at once

  // Replaces what was known of that issuer.
  void add(std::string issuer, std::string name, Keys keys);

  struct Issuer {
    std::string name;
    Keys keys;
  };
  [[nodiscard]] std::optional<Issuer> find(std::string_view issuer) const;

  // Verifies by the keys of the issuer the token names. An empty `audience` accepts any audience the token has.
  // NotFound: the issuer is not known here; else what jose::verify says.
  [[nodiscard]] Result<jose::VerifiedToken> verify(std::string_view token, std::string_view audience, TimePoint now) const;

 private:
  Guarded<std::map<std::string, Issuer, std::less<>>> issuers_;
};

}  // namespace vmcpauth::proxy
