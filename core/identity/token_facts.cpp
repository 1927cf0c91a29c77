#include "core/identity/token_facts.hpp"

#include <algorithm>

namespace vmcpauth::identity {

std::vector<std::string> audiences_of(const Json& claims) {
  const auto member = claims.find("aud");
  if (member == claims.end()) return {};
  if (member->is_string()) return {member->get<std::string>()};
  std::vector<std::string> out;
  for (const auto& item : *member) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

Result<TokenFacts> facts_of(const jose::VerifiedToken& token) {
  if (token.subject().empty()) return fail(ErrorCode::Unauthenticated, "token has no subject");
  return TokenFacts{.subject = token.subject(),
                    .session_id = {},
                    .scopes = token.scopes(),
                    .audiences = audiences_of(token.claims()),
                    .expires_at = token.expires_at(),
                    .identity = nullptr};
}

std::shared_ptr<Identity> identity_of(const TokenFacts& facts, const Secret& bearer) {
  auto identity = std::make_shared<Identity>();
  identity->subject = facts.subject;
  identity->session_id = facts.session_id;
  identity->scopes = facts.scopes;
  identity->audiences = facts.audiences;
  identity->bearer = bearer.clone();
  identity->expires_at = facts.expires_at;
  return identity;
}

std::expected<void, Challenge> check_scopes(const TokenFacts& facts, const std::vector<std::string>& required) {
  const bool has_all = std::ranges::all_of(required, [&](const auto& scope) { return std::ranges::find(facts.scopes, scope) != facts.scopes.end(); });
  if (!has_all) return std::unexpected(Challenge::insufficient_scope(required));
  return {};
}

}  // namespace vmcpauth::identity
