// A dump under a passphrase: scrypt makes the key, AES-256-GCM seals the text in chunks whose order, number and header are
// authenticated, so that nothing can be left out, swapped or added. JSON again, so that it survives mail and chat.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/aead.hpp"
#include "core/crypto/passphrase_key.hpp"

namespace vmcpauth::inspect {

inline constexpr int kSealedVersion = 1;
inline constexpr std::size_t kSealedChunk = 1U << 20U;

// Takes text in any pieces and writes the envelope as it goes.
class DumpSealer {
 public:
  using Sink = std::function<void(std::string_view)>;
  // InvalidInput: an empty passphrase. `random` must outlive the object.
  [[nodiscard]] static Result<DumpSealer> make(const Secret& passphrase, const crypto::ScryptCost& cost, Random& random, Sink sink);

  [[nodiscard]] Result<void> add(std::string_view text);
  [[nodiscard]] Result<void> finish();

 private:
  DumpSealer(crypto::Aes256Gcm key, std::string header, Random& random, Sink sink);
  [[nodiscard]] Result<void> seal(std::string plain, bool last);

  crypto::Aes256Gcm key_;
  std::string header_;  // the authenticated part of the envelope
  Random* random_;
  Sink sink_;
  std::string pending_;
  std::uint64_t chunks_ = 0;
};

// True for the text of an envelope.
[[nodiscard]] bool is_sealed_dump(std::string_view text) noexcept;

// The dump inside. InvalidInput (no envelope, another version, cost out of bounds, cut), BadSignature (wrong passphrase, or something was
// changed), TooLarge.
[[nodiscard]] Result<Secret> open_sealed_dump(std::string_view text, const Secret& passphrase);

}  // namespace vmcpauth::inspect
