// The credentials of this user: one sealed 0600 file for each (server, issuer, client) under $XDG_STATE_HOME/vmcpauth. Files are
// replaced atomically; whoever changes one holds the server's lock and reads again first, so that no rotated refresh token is lost.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/private_files.hpp"
#include "core/base/timer.hpp"
#include "core/client/credential.hpp"
#include "core/crypto/seal.hpp"

namespace vmcpauth::client {

// $XDG_STATE_HOME/vmcpauth, else $HOME/.local/state/vmcpauth (XDG Base Directory Specification: relative values are ignored).
// NotFound when neither variable helps.
[[nodiscard]] Result<std::filesystem::path> state_folder(const Env& env);

class CredentialStore {
 public:
  // Makes the folder and the key when they are missing. `files` and `random` outlive the store. Io, InvalidInput (the key).
  [[nodiscard]] static Result<CredentialStore> open(const std::filesystem::path& state_folder, PrivateFiles& files, const Env& env, Random& random);

  // Of one server, newest first; all of them without one. Files that do not open or read are left out and named in `unreadable`.
  struct Found {
    std::vector<Credential> credentials;
    std::vector<Error> unreadable;
    std::vector<std::string> unreadable_files;
  };
  [[nodiscard]] Result<Found> find(const std::optional<std::string>& server) const;
  // The newest of the server.
  [[nodiscard]] Result<std::optional<Credential>> current(const std::string& server) const;

  [[nodiscard]] Result<void> put(const Credential& credential);
  // NotFound.
  [[nodiscard]] Result<void> remove(const Credential& credential);

  // Of one server, or all: how many files that do not open or read were removed.
  [[nodiscard]] Result<int> remove_unreadable(const std::optional<std::string>& server);

  // Waits for the server's lock, at most 20 s: Unavailable then.
  [[nodiscard]] Task<Result<std::unique_ptr<FileLock>>> lock(std::string server, Timer& timer);

 private:
  CredentialStore(std::filesystem::path folder, PrivateFiles& files, crypto::Sealer sealer, Random& random)
      : folder_(std::move(folder)), files_(files), sealer_(std::move(sealer)), random_(random) {}
  std::filesystem::path folder_;
  PrivateFiles& files_;
  crypto::Sealer sealer_;
  Random& random_;
};

}  // namespace vmcpauth::client
