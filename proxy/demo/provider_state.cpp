#include "proxy/demo/provider_state.hpp"

#include <algorithm>
#include <utility>

#include "core/base/encoding.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/digest.hpp"
#include "proxy/demo/parameters.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr Seconds kCodeLifetime{60};
constexpr Seconds kRegistrationLifetime = std::chrono::hours(24 * 30);

// Nothing that opens a door is kept: keys of the maps are digests.
std::string digest(std::string_view text) { return base64url_encode(crypto::sha256(text)); }

// "<handle>.<secret>": the handle finds the grant, the secret changes with every rotation.
struct RefreshToken {
  std::string grant_id, secret_digest;
};

std::optional<RefreshToken> split_refresh_token(std::string_view token) {
  const auto dot = token.find('.');
  if (dot == std::string_view::npos || token.size() > 512) return std::nullopt;
  return RefreshToken{digest(token.substr(0, dot)), digest(token.substr(dot + 1))};
}

Result<void> check_pkce(const std::string& challenge, const std::string& verifier) {
  const bool sized = verifier.size() >= 43 && verifier.size() <= 128;  // RFC 7636 §4.1
  if (!sized || !constant_time_equal(digest(verifier), challenge)) return oauth_fail("invalid_grant", "the code_verifier does not fit the code");
  return {};
}

bool wants_refresh(const Grant& grant, RefreshTokens policy) {
  switch (policy) {
    case RefreshTokens::WithOfflineAccess: return has_scope(grant.scopes, "offline_access");
    case RefreshTokens::Always: return true;
    case RefreshTokens::Never: return false;
  }
  return false;
}

}  // namespace

void ProviderState::register_client(ProviderClient client) {
  const auto now = clock_.now();
  const std::string id = client.client_id;
  auto shared = std::make_shared<const ProviderClient>(std::move(client));
  memory_.with([&](Memory& memory) { memory.clients.put(id, std::move(shared), now + kRegistrationLifetime, now); });
}

ClientPtr ProviderState::registered_client(const std::string& client_id) {
  return memory_.with([&](Memory& memory) -> ClientPtr {
    const auto* found = memory.clients.find(client_id, clock_.now());
    return found == nullptr ? nullptr : *found;
  });
}

std::string ProviderState::add_code(PendingCode code) {
  const auto now = clock_.now();
  std::string text = random_.token();
  memory_.with([&](Memory& memory) { memory.codes.put(digest(text), std::move(code), now + kCodeLifetime, now); });
  return text;
}

IssuedGrant ProviderState::store(Memory& memory, Grant grant, bool with_refresh, TimePoint now) {
  IssuedGrant issued;
  const std::string handle = random_.token(16);
  issued.id = digest(handle);
  if (with_refresh) {
    const std::string secret = random_.token();
    grant.refresh_digest = digest(secret);
    issued.refresh_token = handle + "." + secret;
  }
  issued.grant = grant;
  memory.grants.put(issued.id, std::move(grant), now + (with_refresh ? refresh_lifetime_ : access_lifetime_), now);
  return issued;
}

Result<IssuedGrant> ProviderState::redeem(const Redemption& redemption, RefreshTokens policy) {
  const auto now = clock_.now();
  return memory_.with([&](Memory& memory) -> Result<IssuedGrant> {
    PendingCode* code = memory.codes.find(digest(redemption.code), now);
    if (code == nullptr || code->grant.client_id != redemption.client_id) return oauth_fail("invalid_grant", "the code is unknown or too old");
    if (std::exchange(code->redeemed, true)) {
      memory.grants.erase(code->grant_id);
      return oauth_fail("invalid_grant", "the code was used before");
    }
    if (code->redirect_uri != redemption.redirect_uri) return oauth_fail("invalid_grant", "the redirect_uri is not the code's");
    TRY_VOID(check_pkce(code->code_challenge, redemption.code_verifier));
    auto issued = store(memory, code->grant, wants_refresh(code->grant, policy), now);
    code->grant_id = issued.id;
    return issued;
  });
}

IssuedGrant ProviderState::add_grant(Grant grant, TimePoint expires) {
  const auto now = clock_.now();
  IssuedGrant issued{.id = digest(random_.token(16)), .grant = std::move(grant), .refresh_token = {}};
  memory_.with([&](Memory& memory) { memory.grants.put(issued.id, issued.grant, expires, now); });
  return issued;
}

Result<IssuedGrant> ProviderState::rotate(const std::string& refresh_token, const std::string& client_id, const std::vector<std::string>& scopes) {
  const auto now = clock_.now();
  const auto parts = split_refresh_token(refresh_token);
  if (!parts) return oauth_fail("invalid_grant", "the refresh token is unknown");
  return memory_.with([&](Memory& memory) -> Result<IssuedGrant> {
    Grant* grant = memory.grants.find(parts->grant_id, now);
    if (grant == nullptr || grant->refresh_digest.empty() || grant->client_id != client_id) {
      return oauth_fail("invalid_grant", "the refresh token is unknown, expired or revoked");
    }
    if (!constant_time_equal(grant->refresh_digest, parts->secret_digest)) {
      memory.grants.erase(parts->grant_id);
      return oauth_fail("invalid_grant", "the refresh token was used before; all its successors are revoked");
    }
    const bool subset = std::all_of(scopes.begin(), scopes.end(), [&](const auto& scope) { return has_scope(grant->scopes, scope); });
    if (!subset) return oauth_fail("invalid_scope", "a scope was not granted before");
    const std::string secret = random_.token();
    Grant renewed = *grant;
    renewed.refresh_digest = digest(secret);
    IssuedGrant issued{parts->grant_id, renewed, refresh_token.substr(0, refresh_token.find('.') + 1) + secret};
    memory.grants.put(issued.id, std::move(renewed), now + refresh_lifetime_, now);
    if (!scopes.empty()) issued.grant.scopes = scopes;
    return issued;
  });
}

std::optional<Grant> ProviderState::grant(const std::string& id) {
  return memory_.with([&](Memory& memory) -> std::optional<Grant> {
    const Grant* found = memory.grants.find(id, clock_.now());
    if (found == nullptr) return std::nullopt;
    return *found;
  });
}

std::optional<IssuedGrant> ProviderState::grant_of_refresh_token(const std::string& refresh_token) {
  const auto parts = split_refresh_token(refresh_token);
  if (!parts) return std::nullopt;
  auto found = grant(parts->grant_id);
  if (!found || found->refresh_digest.empty() || !constant_time_equal(found->refresh_digest, parts->secret_digest)) return std::nullopt;
  return IssuedGrant{parts->grant_id, *std::move(found), {}};
}

void ProviderState::revoke(const std::string& grant_id) {
  memory_.with([&](Memory& memory) { memory.grants.erase(grant_id); });
}

}  // namespace vmcpauth::proxy
