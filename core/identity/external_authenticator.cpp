#include "core/identity/external_authenticator.hpp"

#include "core/identity/token_facts.hpp"

namespace vmcpauth::identity {
namespace {

std::vector<jose::Algorithm> every_algorithm() {
  using enum jose::Algorithm;
  return {Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa};
}

}  // namespace

ExternalAuthenticator::ExternalAuthenticator(ExternalSettings settings, oauth::JwksSource& keys, Introspector* introspector, const Clock& clock,
                                             const Logger& log)
    : settings_(std::move(settings)),
      policy_{.algorithms = every_algorithm(), .issuer = settings_.issuer, .audiences = settings_.audiences, .leeway = settings_.leeway},
      keys_(keys),
      introspector_(introspector),
      clock_(clock),
      log_(log) {}

Task<Outcome> ExternalAuthenticator::authenticate(std::optional<Secret> bearer) {
  if (!bearer) co_return std::unexpected(Challenge::missing_token());
  const auto now = clock_.now();
  auto facts = cache_.find(*bearer, now);
  if (!facts) {
    auto checked = co_await examine(*std::move(bearer));
    if (!checked) {
      log_.debug("bearer_refused", {{"reason", checked.error().describe()}});
      co_return std::unexpected(Challenge::refused(std::move(checked).error()));
    }
    facts = *std::move(checked);
  }
  auto allowed = check_scopes(*facts, settings_.required_scopes);
  if (!allowed) co_return std::unexpected(std::move(allowed).error());
  co_return facts->identity;
}

Task<Result<TokenFactsPtr>> ExternalAuthenticator::examine(Secret bearer) {
  auto token = jose::UnverifiedToken::parse(bearer.reveal());
  if (!token) {
    // Not a JWT we can read: opaque, or encrypted for somebody else. The issuer knows.
    if (introspector_ == nullptr) co_return std::unexpected(std::move(token).error());
    auto facts = co_await introspector_->introspect(std::move(bearer));
    co_return facts;
  }
  auto verified = co_await verify(*std::move(token));
  if (!verified) co_return std::unexpected(std::move(verified).error());
  CO_TRY(auto facts, facts_of(*verified));
  auto text = bearer.clone();
  facts.identity = identity_of(facts, std::move(bearer));
  auto kept = std::make_shared<const TokenFacts>(std::move(facts));
  cache_.put(std::move(text), kept, clock_.now(), kept->expires_at);
  co_return kept;
}

Task<Result<jose::VerifiedToken>> ExternalAuthenticator::verify(jose::UnverifiedToken token) {
  auto keys = co_await keys_.keys_for(token);
  // Whatever the trouble with the issuer's keys, it is not the token's fault.
  if (!keys) co_return std::unexpected(Error(ErrorCode::Unavailable, "keys of the issuer are not available").note(keys.error().describe()));
  co_return jose::verify(token, policy_, **keys, clock_.now());
}

}  // namespace vmcpauth::identity
