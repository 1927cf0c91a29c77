// `token_exchange` (RFC 8693): the session's token of a provider, or the incoming token, is exchanged at a token service
// for one the backend takes. One exchange in flight a subject token, kept until shortly before it expires. Made by make_outgoing.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/single_flight.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/outgoing/client_credentials.hpp"
#include "core/outgoing/exchange_cache.hpp"
#include "core/outgoing/make_outgoing.hpp"
#include "core/outgoing/outgoing_auth.hpp"

namespace vmcpauth::outgoing {

class TokenExchange final : public OutgoingAuth {
 public:
  static constexpr std::size_t kCacheCapacity = 4096;

  // InvalidConfig: a client secret without client id, a header that cannot carry the token, an empty provider name.
  [[nodiscard]] static Result<std::unique_ptr<TokenExchange>> make(const config::TokenExchange& settings, const Dependencies& dependencies);

  [[nodiscard]] Task<Result<http::Headers>> apply(identity::IdentityPtr identity) override;
  [[nodiscard]] Task<Result<http::Headers>> apply_without_identity() override;
  [[nodiscard]] std::string_view strategy() const noexcept override { return "token_exchange"; }
  [[nodiscard]] std::string_view provider() const noexcept override {
    return settings_.subject_provider_name ? std::string_view(*settings_.subject_provider_name) : "";
  }

 private:
  TokenExchange(config::TokenExchange settings, const Dependencies& dependencies);

  [[nodiscard]] Result<const Secret*> subject_token(const identity::Identity& identity) const;
  [[nodiscard]] Task<Result<ExchangedTokenPtr>> exchange(Secret subject_token, crypto::Sha256 key);
  [[nodiscard]] http::Headers headers_with(const Secret& token) const;

  const config::TokenExchange settings_;
  const std::string sign_in_hint_;
  http::HttpClient& http_;
  const Clock& clock_;
  const Logger& logger_;
  ExchangeCache cache_{kCacheCapacity};
  SingleFlight<Result<ExchangedTokenPtr>> flight_;
  std::unique_ptr<ClientCredentials> own_;  // null without a client secret
};

}  // namespace vmcpauth::outgoing
