// The members of the documents that `token … --json` prints: what is around tokens, sessions and refusals (core/inspect/document_shapes.hpp).
// docs/reference/token-json.md is made from both.
#pragma once

#include "core/inspect/document_shapes.hpp"

namespace vmcpauth::cli {

inline constexpr auto kLoginMembers = std::to_array<JsonMember>({
    JsonMember::text("server", "The MCP server's URL."),
    JsonMember::text("issuer", "The authorization server that gave the token."),
    JsonMember::text("client_id", "The client that this machine is there."),
    JsonMember::texts("scopes", "What was granted."),
    JsonMember::object("expires_at", inspect::kTimeShape, "When the access token expires.", "the server said"),
    JsonMember::flag("has_refresh_token", "Whether there is one."),
});
inline constexpr JsonShape kLoginShape{"login", kLoginMembers};

inline constexpr auto kListMembers = std::to_array<JsonMember>({
    JsonMember::text("store", "The store, without credentials."),
    JsonMember::list("sessions", inspect::kSessionShape, "One a line, as they are read."),
    JsonMember::list("logins", kLoginShape, "What `vmcpauth login` keeps on this machine."),
});
inline constexpr JsonShape kListShape{"token list", kListMembers};

inline constexpr auto kInspectMembers = std::to_array<JsonMember>({
    JsonMember::list("tokens", inspect::kReportShape, "One for a given token; of a session one for each access token and ID token in it."),
});
inline constexpr JsonShape kInspectShape{"token inspect", kInspectMembers};

inline constexpr auto kDoctorMembers = std::to_array<JsonMember>({
    JsonMember::text("store", "The store, without credentials."),
    JsonMember::list("sessions", inspect::kHealthShape, "Those with a warning or a problem; with `--all` the others too."),
    JsonMember::number("checked", "How many sessions were looked at."),
    JsonMember::number("with_problems", "How many have a problem."),
    JsonMember::number("with_warnings", "How many have a warning and no problem."),
});
inline constexpr JsonShape kDoctorShape{"token doctor", kDoctorMembers};

// ---- token refresh ----

inline constexpr auto kRefreshSideMembers = std::to_array<JsonMember>({
    JsonMember::object("expires_at", inspect::kTimeShape, "When the access token expires.", "the provider said"),
    JsonMember::flag("has_refresh_token", "Whether there is one."),
    JsonMember::texts("scopes", "What is granted."),
});
inline constexpr JsonShape kRefreshSideShape{"side", kRefreshSideMembers};

inline constexpr auto kRefreshedMembers = std::to_array<JsonMember>({
    JsonMember::text("provider", "The provider's name."),
    JsonMember::flag("refreshed", "Whether it gave a new token."),
    JsonMember::object("before", kRefreshSideShape, "What was stored."),
    JsonMember::object("after", kRefreshSideShape, "What is stored now.", "refreshed"),
    JsonMember::flag("access_token_changed", "Whether the access token is another one.", "refreshed"),
    JsonMember::flag("refresh_token_rotated", "Whether the refresh token is another one.", "refreshed"),
    JsonMember::flag("id_token_changed", "Whether the ID token is another one.", "refreshed"),
    JsonMember::object("error", inspect::kRefusalShape, "Why not.", "not refreshed"),
});
inline constexpr JsonShape kRefreshedShape{"refreshed", kRefreshedMembers};

inline constexpr auto kRefreshMembers = std::to_array<JsonMember>({
    JsonMember::text("tsid", "The session."),
    JsonMember::list("providers", kRefreshedShape, "One for each provider that was asked."),
});
inline constexpr JsonShape kRefreshShape{"token refresh", kRefreshMembers};

// ---- token revoke ----

inline constexpr auto kRevokedMembers = std::to_array<JsonMember>({
    JsonMember::text("tsid", "The session."),
    JsonMember::text("provider", "The provider's name."),
    JsonMember::text("at_provider",
                     "`revoked`, `no-endpoint` (the provider takes nothing back), `failed` (then the row is kept) or `skipped` (`--local-only`, `--dry-run`)."),
    JsonMember::flag("erased", "Whether the row is out of the store."),
    JsonMember::text("detail", "What the provider said.", "there is more to say"),
});
inline constexpr JsonShape kRevokedShape{"revoked", kRevokedMembers};

inline constexpr auto kRevokeMembers = std::to_array<JsonMember>({
    JsonMember::list("revoked", kRevokedShape, "One for each provider of each session."),
    JsonMember::number("logins_ended",
                       "Grants whose refresh tokens and codes work no more. 0 with `--dry-run`, and while tokens of another provider are left."),
    JsonMember::number("logins_stopped", "Logins that were under way and have been stopped. 0 in the same cases."),
});
inline constexpr JsonShape kRevokeShape{"token revoke", kRevokeMembers};

// ---- token exchange ----

inline constexpr auto kExchangeRequestMembers = std::to_array<JsonMember>({
    JsonMember::text("url", "The token service."),
    JsonMember::any("fields", "What is sent, by name; a token or secret reads `[redacted]`."),
});
inline constexpr JsonShape kExchangeRequestShape{"exchange request", kExchangeRequestMembers};

inline constexpr auto kClaimChangeMembers = std::to_array<JsonMember>({
    JsonMember::text("claim", "The claim's name."),
    JsonMember::text("change", "`same`, `changed`, `added` or `removed`."),
    JsonMember::any("before", "Its value in the subject token.", "it was there"),
    JsonMember::any("after", "Its value in the token that came out.", "it is there"),
});
inline constexpr JsonShape kClaimChangeShape{"change", kClaimChangeMembers};

inline constexpr auto kExchangeAnswerMembers = std::to_array<JsonMember>({
    JsonMember::flag("accepted", "Whether a token came out."),
    JsonMember::object("error", inspect::kRefusalShape, "Why not.", "not accepted"),
    JsonMember::text("issued_token_type", "As the service says.", "accepted"),
    JsonMember::text("token_type", "As the service says.", "accepted"),
    JsonMember::number("expires_in", "Seconds it lives.", "the service says"),
    JsonMember::texts("scopes", "What was granted.", "the service says"),
    JsonMember::text("access_token", "`[redacted]`; with `--reveal` the token.", "accepted"),
    JsonMember::text("warning", "Why a strategy would not use it.", "that is so"),
    JsonMember::object("token", inspect::kReportShape, "The token taken apart.", "it can be"),
    JsonMember::list("diff", kClaimChangeShape, "What changed from the subject token; empty when one of the two cannot be read.", "accepted"),
});
inline constexpr JsonShape kExchangeAnswerShape{"exchange answer", kExchangeAnswerMembers};

inline constexpr auto kExchangeMembers = std::to_array<JsonMember>({
    JsonMember::object("request", kExchangeRequestShape, "What is sent."),
    JsonMember::object("answer", kExchangeAnswerShape, "What came back.", "it was sent: not with `--dry-run`"),
});
inline constexpr JsonShape kExchangeShape{"token exchange", kExchangeMembers};

inline constexpr auto kVariationMembers = std::to_array<JsonMember>({
    JsonMember::any("request", "The fields that were sent."),
    JsonMember::flag("accepted", "Whether a token came out."),
    JsonMember::object("error", inspect::kRefusalShape, "Why not.", "not accepted"),
    JsonMember::texts("aud", "The token's audiences.", "it can be read"),
    JsonMember::texts("scopes", "The token's scopes.", "it can be read"),
    JsonMember::text("warning", "Why a strategy would not use it.", "that is so"),
});
inline constexpr JsonShape kVariationShape{"variation", kVariationMembers};

inline constexpr auto kTryMembers = std::to_array<JsonMember>({
    JsonMember::text("url", "The token service."),
    JsonMember::number("accepted", "How many of those that were tried it accepted."),
    JsonMember::number("tried", "How many were tried."),
    JsonMember::list("variations", kVariationShape, "Each that was tried, in order."),
});
inline constexpr JsonShape kTryShape{"token exchange --try", kTryMembers};

inline constexpr auto kBackendHeadersMembers = std::to_array<JsonMember>({
    JsonMember::text("url", "The backend."),
    JsonMember::any("headers", "The headers that are added, by name; a value with a secret reads `[redacted]` unless `--reveal` is given."),
    JsonMember::texts("passed_from_client", "Headers that go through when the client sends them."),
});
inline constexpr JsonShape kBackendHeadersShape{"backend headers", kBackendHeadersMembers};

inline constexpr auto kBackendRequestMembers = std::to_array<JsonMember>({
    JsonMember::text("backend", "The backend's name."),
    JsonMember::text("strategy", "`unauthenticated`, `header_injection` or `upstream_inject`."),
    JsonMember::flag("exchanges", "False: nothing is exchanged for it."),
    JsonMember::flag("sent", "Whether a request would be sent; if not, the exit status is 1."),
    JsonMember::object("request", kBackendHeadersShape, "What it would carry."),
    JsonMember::text("remark", "Where its credential comes from."),
    JsonMember::text("tsid", "The session.", "the strategy is `upstream_inject`, and not with `--dry-run`"),
    JsonMember::object("token", inspect::kStoredTokensShape, "The stored tokens it would use.", "the strategy is `upstream_inject`, and not with `--dry-run`"),
    JsonMember::text("verdict", "What is wrong with the token.", "it is not good as it is"),
});
inline constexpr JsonShape kBackendRequestShape{"token exchange of a backend that exchanges nothing", kBackendRequestMembers};

}  // namespace vmcpauth::cli
