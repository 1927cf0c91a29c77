// Sealing what is kept on disk: AES-256-GCM under a key that lies in a 0600 file beside the data, or comes from the variable
// VMCPAUTH_STORE_KEY. Shared by the credential files of the login client and by the SQLite store; each names its purpose,
// so that one key never serves two.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/private_files.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/aead.hpp"

namespace vmcpauth::crypto {

inline constexpr const char* kStoreKeyVariable = "VMCPAUTH_STORE_KEY";

// 32 bytes in base64url, base64 or hex, white space at the ends forgiven. InvalidInput.
[[nodiscard]] Result<Secret> parse_store_key(std::string_view text);

// The key of the variable when it is set, else of the file, which is made with a fresh key when it is missing; two processes
// that start together end up with the same key. InvalidInput (not a key), Io (the file; see PrivateFiles::read).
[[nodiscard]] Result<Secret> load_store_key(const std::filesystem::path& key_file, PrivateFiles& files, const Env& env, Random& random);

class Sealer {
 public:
  // `purpose` ("credentials", "sessions") gives each use a key of its own (HKDF-SHA256). InvalidInput: not 32 bytes.
  [[nodiscard]] static Result<Sealer> with_key(const Secret& store_key, std::string_view purpose);

  // `context` is authenticated but not stored: name what is sealed, so that values cannot be swapped.
  [[nodiscard]] Result<std::string> seal(const Secret& plaintext, std::string_view context, Random& random) const;
  // BadSignature: another key or context, or altered; InvalidInput: nothing this program sealed.
  [[nodiscard]] Result<Secret> open(std::string_view sealed, std::string_view context) const;

 private:
  explicit Sealer(Aes256Gcm cipher) : cipher_(std::move(cipher)) {}
  Aes256Gcm cipher_;
};

}  // namespace vmcpauth::crypto
