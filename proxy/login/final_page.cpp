#include "proxy/login/final_page.hpp"

#include "core/oauth/signed_in_page.hpp"

namespace vmcpauth::proxy {

http::Response final_page(const client::LoginOutcome& outcome, TimePoint now) {
  if (outcome.failure) return oauth::not_signed_in_page(outcome.server, outcome.failure->message());
  oauth::SignedIn facts{.server = outcome.server,
                        .issuer = outcome.issuer,
                        .scopes = outcome.scopes,
                        .expires_at = outcome.expires_at,
                        .renewable = outcome.can_refresh,
                        .providers = {},
                        .probe = {}};
  for (const auto& leg : outcome.legs) facts.providers.push_back({leg.provider, leg.scopes, leg.expires_at});
  // A server that tells no legs is a provider itself.
  if (facts.providers.empty()) facts.providers.push_back({outcome.issuer, outcome.scopes, outcome.expires_at});
  return oauth::signed_in_page(facts, now);
}

}  // namespace vmcpauth::proxy
