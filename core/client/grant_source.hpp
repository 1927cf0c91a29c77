// Where the secrets of a login without a person lie: the name of an environment variable or a file. Kept with a credential in
// their place, so that the grant can run again when the token has expired, with what lies there then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/json.hpp"
#include "core/base/secret.hpp"
#include "core/base/url.hpp"

namespace vmcpauth::client {

struct SecretSource {
  enum class Kind : std::uint8_t { Variable, File };
  Kind kind = Kind::Variable;
  std::string name;  // of the variable; the file's path, absolute when it is kept

  [[nodiscard]] bool operator==(const SecretSource& other) const = default;
  // "the environment variable X", "the file /x"; printable.
  [[nodiscard]] std::string text() const;
};

// NotFound (not set, empty, no such file), TooLarge, Io. A line feed at the end is no part of the secret.
[[nodiscard]] Result<Secret> read_secret(const SecretSource& source, const Env& env, const Files& files);

struct GrantSource {
  SecretSource assertion;                 // of the jwt-bearer grant; the ID token of the identity assertion grant
  std::optional<Url> idp_token_endpoint;  // identity assertion only, as the two below
  std::string idp_client_id;
  std::optional<SecretSource> idp_client_secret;

  // The options of `vmcpauth login` that say the same, each after a space.
  [[nodiscard]] std::string options() const;
};

[[nodiscard]] Json write_grant_source(const GrantSource& source);
// Strict: InvalidInput names the member that is wrong.
[[nodiscard]] Result<GrantSource> read_grant_source(const Json& object);

}  // namespace vmcpauth::client
