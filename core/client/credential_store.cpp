#include "core/client/credential_store.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::client {
namespace {

constexpr std::size_t kMaxFile = 512U << 10U;
constexpr std::string_view kSuffix = ".credential";
constexpr Milliseconds kLockPause{50};
constexpr int kLockTries = 400;  // 20 s
constexpr std::size_t kNamePart = 32;

std::string short_digest(std::string_view text) { return hex_encode(crypto::sha256(text)).substr(0, kNamePart); }

// "<server>-<issuer and client>": files of one server are found by name without opening any.
std::string server_part(std::string_view server) { return short_digest(server); }
std::string file_name(const Credential& credential) {
  return server_part(credential.server) + "-" + short_digest(credential.issuer + '\n' + credential.client.id) + std::string(kSuffix);
}

}  // namespace

Result<std::filesystem::path> state_folder(const Env& env) {
  if (const auto state = env.get("XDG_STATE_HOME"); state && state->starts_with('/')) return std::filesystem::path(*state) / "vmcpauth";
  if (const auto home = env.get("HOME"); home && home->starts_with('/')) return std::filesystem::path(*home) / ".local" / "state" / "vmcpauth";
  return fail(ErrorCode::NotFound, "no place for credentials: set XDG_STATE_HOME or HOME to an absolute path");
}

Result<CredentialStore> CredentialStore::open(const std::filesystem::path& state_folder, PrivateFiles& files, const Env& env, Random& random) {
  auto folder = state_folder / "credentials";
  TRY_VOID(files.make_folder(folder));
  TRY(const auto key, crypto::load_store_key(state_folder / "credentials.key", files, env, random));
  TRY(auto sealer, crypto::Sealer::with_key(key, "credentials"));
  return CredentialStore(std::move(folder), files, std::move(sealer), random);
}

Result<CredentialStore::Found> CredentialStore::find(const std::optional<std::string>& server) const {
  TRY(const auto names, files_.names(folder_));
  Found out;
  for (const auto& name : names) {
    if (!name.ends_with(kSuffix) || (server && !name.starts_with(server_part(*server) + "-"))) continue;
    const auto read = [&]() -> Result<Credential> {
      TRY(const auto sealed, files_.read(folder_ / name, kMaxFile));
      TRY(const auto text, sealer_.open(sealed, name));
      return read_credential(text.reveal());
    };
    auto credential = read();
    if (!credential) {
      out.unreadable_files.push_back(name);
      out.unreadable.push_back(std::move(credential).error().note((folder_ / name).string()));
    } else if (!server || credential->server == *server) {
      out.credentials.push_back(*std::move(credential));
    }
  }
  std::ranges::stable_sort(out.credentials, [](const Credential& a, const Credential& b) { return a.obtained_at > b.obtained_at; });
  return out;
}

Result<std::optional<Credential>> CredentialStore::current(const std::string& server) const {
  TRY(auto found, find(server));
  if (!found.credentials.empty()) return std::move(found.credentials.front());
  if (!found.unreadable.empty())
    return std::unexpected(std::move(found.unreadable.front()).note("remove it with 'vmcpauth logout " + server + "' and sign in again"));
  return std::nullopt;
}

Result<void> CredentialStore::put(const Credential& credential) {
  const auto name = file_name(credential);
  TRY(const auto sealed, sealer_.seal(write_credential(credential), name, random_));
  return files_.replace(folder_ / name, sealed);
}

Result<void> CredentialStore::remove(const Credential& credential) { return files_.remove(folder_ / file_name(credential)); }

Result<int> CredentialStore::remove_unreadable(const std::optional<std::string>& server) {
  TRY(const auto found, find(server));
  for (const auto& name : found.unreadable_files) TRY_VOID(files_.remove(folder_ / name));
  return static_cast<int>(found.unreadable_files.size());
}

Task<Result<std::unique_ptr<FileLock>>> CredentialStore::lock(std::string server, Timer& timer) {
  const auto path = folder_ / (server_part(server) + ".lock");
  for (int tries = 0; tries < kLockTries; ++tries) {
    CO_TRY(auto lock, files_.try_lock(path));
    if (lock) co_return *std::move(lock);
    co_await timer.pause(kLockPause);
  }
  co_return fail(ErrorCode::Unavailable, "another vmcpauth has been renewing the credential of " + server + " for 20 seconds; try again when it is done");
}

}  // namespace vmcpauth::client
