// Where the keys come from that a token's signature is checked with: given, at a URL, by discovery from an issuer, or the
// ones a configuration names. Used by `token inspect`.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/base/clock.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/jose/jwk.hpp"

namespace vmcpauth::inspect {

struct KeysAtUrl {
  Url url;
};
struct KeysOfIssuer {
  std::string issuer;
};

struct KeySource {
  std::variant<jose::JwkSet, KeysAtUrl, KeysOfIssuer> keys;
  std::string shown;  // in words, for the report
  http::PeerPolicy peer;
};

// What a person typed may be private or loopback; plain http only to loopback.
[[nodiscard]] KeySource keys_at_url(Url url);
[[nodiscard]] KeySource keys_of_issuer(std::string issuer);

// The keys that the configuration checks a token of this `iss` with; nullopt when it knows no such issuer. The embedded
// authorization server's come from its signing keys when they are configured, else from its own discovery. InvalidInput (keys).
[[nodiscard]] Result<std::optional<KeySource>> keys_by_configuration(const config::Runtime& runtime, const Json& claims);

// Errors of oauth::JwksSource.
[[nodiscard]] Task<Result<jose::JwkSet>> obtain_keys(KeySource source, http::HttpClient& client, const Clock& clock);

}  // namespace vmcpauth::inspect
