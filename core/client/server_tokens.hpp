// The TokenSource of the command line: a stored credential while it is good, refreshed under the server's lock when it is not,
// a login when that is allowed. Old credentials are never sent to an issuer the server no longer names.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/client/credential_store.hpp"
#include "core/client/login.hpp"

namespace vmcpauth::client {

enum class Asking : std::uint8_t {
  Never,       // a person is not to be asked: Unauthenticated instead
  WhenNeeded,  // once a process
};

struct ServerTokensSettings {
  LoginSettings login;
  Asking asking = Asking::Never;
  bool fresh = false;  // log in whatever is stored (`vmcpauth login`)
  // What lies now where a stored credential's grant began; without it such a grant cannot run again.
  std::function<Result<Secret>(const SecretSource&)> read_secret;
};

// For one task at a time.
class ServerTokens final : public TokenSource {
 public:
  // All outlive the object; `agent` may be null.
  ServerTokens(Ports ports, CredentialStore& store, UserAgent* agent, Progress& progress, ServerTokensSettings settings);

  [[nodiscard]] Task<Result<std::optional<AccessToken>>> current() override;
  [[nodiscard]] Task<Result<AccessToken>> renew(Refusal refusal, std::optional<AccessToken> refused) override;
  [[nodiscard]] Task<Result<AccessToken>> step_up(Refusal refusal) override;
  [[nodiscard]] Task<void> settled(Result<int> outcome) override;

  // The credential in use; null before there is one.
  [[nodiscard]] const Credential* credential() const noexcept { return credential_ ? &*credential_ : nullptr; }

 private:
  struct Stored {
    std::optional<Credential> credential;  // of an issuer that still counts
    std::optional<Discovery> discovery;
    bool renewed = false;  // its token is a new one
  };
  [[nodiscard]] Result<std::optional<Credential>> stored() const;
  enum class Choice : std::uint8_t { ByPerson, First };  // among several authorization servers
  [[nodiscard]] Task<Result<Discovery>> discover(const Refusal& refusal, const Credential* earlier, Choice choice);
  [[nodiscard]] Task<Result<Stored>> look_up(Refusal refusal, std::optional<AccessToken> refused);
  [[nodiscard]] Task<Result<bool>> refresh(const Discovery& discovery, Credential& credential);
  [[nodiscard]] Task<Result<AccessToken>> log_in(LoginCircumstances circumstances);
  // A credential that came without a person is renewed by the same grant, unless the user asked for another now.
  [[nodiscard]] bool repeats(const Credential* before) const noexcept;
  [[nodiscard]] GrantKind grant_after(const Credential* before) const noexcept { return repeats(before) ? before->grant : settings_.login.grant; }
  // Unauthenticated when what the grant began with is no longer there.
  [[nodiscard]] Result<LoginSettings> settings_after(const Credential* before) const;
  [[nodiscard]] Result<void> may_log_in(const Credential* before, const oauth::Scopes& scopes) const;

  Ports ports_;
  CredentialStore& store_;
  UserAgent* agent_;
  Progress& progress_;
  ServerTokensSettings settings_;
  std::optional<Credential> credential_;
  bool refreshed_ = false;  // the credential in use comes from a refresh just now
  bool awaited_ = false;    // a browser waits for the outcome
  std::vector<Leg> legs_;   // of the last login
};

// How a server is called in the store: its URL without query and trailing slash.
[[nodiscard]] std::string server_key(const Url& server);

}  // namespace vmcpauth::client
