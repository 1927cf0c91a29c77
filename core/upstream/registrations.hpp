// Where our registrations at upstreams (RFC 7591) are kept: a port of this room. The composition root adapts the
// session store to it (store::put_registration / find_registration, whose record has the same fields).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/base/task.hpp"

namespace vmcpauth::upstream {

// What the provider answered, as far as later requests need it (RFC 7591 §3.2.1).
struct Registration {
  std::string client_id;
  std::optional<Secret> client_secret;  // none = public client
  std::string token_endpoint_auth_method;
  std::optional<TimePoint> secret_expires_at;  // none = never
  [[nodiscard]] Registration clone() const;
};

// Thread-safe. `key` is what follows `dcr:` in ToolHive's Redis layout (REFERENCE §8); see registration_key.
class Registrations {
 public:
  virtual ~Registrations() = default;
  // The registration kept under the key; nullopt when there is none. Unavailable.
  [[nodiscard]] virtual Task<Result<std::optional<Registration>>> find(std::string key) = 0;
  // Replaces what is kept under the key. Unavailable, TooLarge.
  [[nodiscard]] virtual Task<Result<void>> put(std::string key, Registration registration) = 0;
};

struct RegistrationScope {
  std::string issuer;        // our own authorization server's
  std::string upstream;      // the upstream's issuer, or its registration endpoint when that is configured directly
  std::string redirect_uri;  // what is registered
  std::vector<std::string> scopes;
};

// `<len>:<issuer>:<len>:<upstream>:<len>:<redirect>:<SHA-256 of the sorted, distinct scopes>`: unambiguous, and
// the same in every process that shares the store.
[[nodiscard]] std::string registration_key(const RegistrationScope& scope);

}  // namespace vmcpauth::upstream
