#include "core/outgoing/upstream_inject.hpp"

#include "core/outgoing/upstream_token.hpp"

namespace vmcpauth::outgoing {

Task<Result<http::Headers>> UpstreamInject::apply(identity::IdentityPtr identity) {
  CO_TRY(const Secret* token, upstream_token(*identity, provider_, TokenKind::Access, sign_in_hint_));
  http::Headers headers;
  headers.add("Authorization", "Bearer " + token->reveal());
  co_return headers;
}

Task<Result<http::Headers>> UpstreamInject::apply_without_identity() { co_return http::Headers(); }

}  // namespace vmcpauth::outgoing
