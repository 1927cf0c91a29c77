// Demonstrating Proof of Possession (RFC 9449), the client's half: a key that access tokens are bound to, and the proofs
// it makes, one for each request. The login client keeps the key with the credential.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"
#include "core/base/url.hpp"
#include "core/jose/key_ring.hpp"

namespace vmcpauth::oauth {

// Immutable and thread-safe.
class DpopKey {
 public:
  // A fresh P-256 key (ES256).
  [[nodiscard]] static Result<DpopKey> generate();
  // InvalidInput.
  [[nodiscard]] static Result<DpopKey> from_pem(Secret pem);

  struct Subject {
    std::string method;
    Url url;                   // query and fragment are left out of the proof (§4.2)
    std::string access_token;  // "" = none goes with the request; else `ath` binds the proof to it
    std::string nonce;         // "" = the server has given none
  };
  // The value of the DPoP header field: a JWT of type dpop+jwt with a fresh jti.
  [[nodiscard]] Result<std::string> proof(const Subject& subject, TimePoint now, Random& random) const;

  // RFC 7638, as `cnf.jkt` names it (§6).
  [[nodiscard]] std::string thumbprint() const;
  [[nodiscard]] const Secret& pem() const noexcept { return pem_; }

 private:
  DpopKey(Secret pem, jose::KeyRing ring) : pem_(std::move(pem)), ring_(std::move(ring)) {}
  Secret pem_;
  jose::KeyRing ring_;
};

using DpopKeyPtr = std::shared_ptr<const DpopKey>;

}  // namespace vmcpauth::oauth
