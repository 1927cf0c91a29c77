#include "core/outgoing/upstream_token.hpp"

#include "core/http/headers.hpp"

namespace vmcpauth::outgoing {
namespace {

std::string why(const identity::Identity& identity, std::string_view provider) {
  if (identity.anonymous) return "the request is anonymous, and only a session of the embedded authorization server holds upstream tokens";
  if (const auto failure = identity.upstream_failures.find(provider); failure != identity.upstream_failures.end()) return failure->second.describe();
  if (identity.session_id.empty()) return "the bearer token has no session (tsid): no login of the embedded authorization server stands behind it";
  return "this session never signed in there, or the token expired and could not be refreshed";
}

std::unexpected<Error> missing(const identity::Identity& identity, std::string_view provider, std::string_view what, std::string reason,
                               std::string_view sign_in_hint) {
  Error error(ErrorCode::UpstreamToken, "no usable " + std::string(what) + " of provider \"" + std::string(provider) + "\"");
  std::string hint = sign_in_hint.empty() ? "sign in again" : std::string(sign_in_hint);
  return std::unexpected(std::move(error).note(reason.empty() ? why(identity, provider) : std::move(reason)).note(std::move(hint)));
}

}  // namespace

Result<const Secret*> upstream_token(const identity::Identity& identity, std::string_view provider, TokenKind kind, std::string_view sign_in_hint) {
  const std::string_view what = kind == TokenKind::Access ? "access token" : "ID token";
  const auto row = identity.upstream_tokens.find(provider);
  if (row == identity.upstream_tokens.end()) return missing(identity, provider, what, "", sign_in_hint);
  const Secret& token = kind == TokenKind::Access ? row->second.access_token : row->second.id_token;
  if (token.empty()) {
    const std::string reason = kind == TokenKind::Id ? "the provider sent no ID token: is openid among its scopes?" : "";
    return missing(identity, provider, what, reason, sign_in_hint);
  }
  if (!http::is_header_value(token.reveal()))
    return missing(identity, provider, what, "the stored token holds characters no header field may hold", sign_in_hint);
  return &token;
}

}  // namespace vmcpauth::outgoing
