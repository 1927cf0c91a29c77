// What a built-in identity provider remembers, bounded and with an end: registered clients, authorization codes (single
// use, replay revokes), grants with their current refresh token (rotation, reuse revokes the family; RFC 9700 §4.14).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/guarded.hpp"
#include "core/base/random.hpp"
#include "proxy/demo/expiring_map.hpp"
#include "proxy/demo/identity_provider_spec.hpp"

namespace vmcpauth::proxy {

using ClientPtr = std::shared_ptr<const ProviderClient>;

// One sign-in of one user at one client.
struct Grant {
  std::string client_id;
  DemoUser user;
  std::vector<std::string> scopes;
  std::string audience;
  std::string nonce;
  TimePoint auth_time;
  bool exchanged = false;      // made by a token exchange: its token opens no userinfo
  std::string refresh_digest;  // SHA-256 of the current refresh token's secret part; "" = none
};

struct PendingCode {
  Grant grant;
  std::string redirect_uri;
  std::string code_challenge;  // S256
  bool redeemed = false;
  std::string grant_id;  // once redeemed
};

struct Redemption {
  std::string code, client_id, redirect_uri, code_verifier;
};

struct IssuedGrant {
  std::string id;  // `sid` of the tokens
  Grant grant;
  std::string refresh_token;  // "" = none
};

class ProviderState {
 public:
  ProviderState(const Clock& clock, Random& random, Seconds access_lifetime, Seconds refresh_lifetime)
      : clock_(clock), random_(random), access_lifetime_(access_lifetime), refresh_lifetime_(refresh_lifetime) {}

  void register_client(ProviderClient client);
  [[nodiscard]] ClientPtr registered_client(const std::string& client_id);

  // A fresh code of 256 bit, good for 60 seconds.
  [[nodiscard]] std::string add_code(PendingCode code);
  // Checks client, redirect URI and PKCE and uses the code up, whatever the outcome, unless it is another client's. oauth
  // code invalid_grant; a second use also ends what the first one gave.
  [[nodiscard]] Result<IssuedGrant> redeem(const Redemption& redemption, RefreshTokens policy);
  // A grant without a refresh token (token exchange), ending at `expires`.
  [[nodiscard]] IssuedGrant add_grant(Grant grant, TimePoint expires);
  // The grant of a refresh token with its successor; invalid_grant, invalid_scope (the token then stays good).
  [[nodiscard]] Result<IssuedGrant> rotate(const std::string& refresh_token, const std::string& client_id, const std::vector<std::string>& scopes);

  [[nodiscard]] std::optional<Grant> grant(const std::string& id);
  // The grant whose current refresh token this is.
  [[nodiscard]] std::optional<IssuedGrant> grant_of_refresh_token(const std::string& refresh_token);
  void revoke(const std::string& grant_id);

 private:
  struct Memory {
    ExpiringMap<ClientPtr> clients{200};
    ExpiringMap<PendingCode> codes{10'000};
    ExpiringMap<Grant> grants{10'000};
  };
  [[nodiscard]] IssuedGrant store(Memory& memory, Grant grant, bool with_refresh, TimePoint now);

  const Clock& clock_;
  Random& random_;
  Seconds access_lifetime_, refresh_lifetime_;
  Guarded<Memory> memory_;
};

}  // namespace vmcpauth::proxy
