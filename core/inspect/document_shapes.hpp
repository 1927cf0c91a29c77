// The members of what `token` prints about tokens, sessions and dumps: the part of the tables behind docs/reference/token-json.md that this
// room writes. The commands' own documents around them are in cli/token/document_shapes.hpp.
#pragma once

#include <array>

#include "core/base/json_shape.hpp"

namespace vmcpauth::inspect {

inline constexpr auto kTimeMembers = std::to_array<JsonMember>({
    JsonMember::number("unix", "Seconds since 1970."),
    JsonMember::text("utc", "The same for people, `2027-01-15 09:00:00Z`."),
    JsonMember::text("relative", "Seen from now: `in 1h`, `2m ago`."),
});
inline constexpr JsonShape kTimeShape{"time", kTimeMembers};

inline constexpr auto kObservationMembers = std::to_array<JsonMember>({
    JsonMember::text("severity", "`note`, `warning` or `problem`. A problem makes the exit status 1."),
    JsonMember::text("code", "What was seen: one of the [codes](#observation-codes)."),
    JsonMember::text("text", "The same in words, for people."),
});
inline constexpr JsonShape kObservationShape{"observation", kObservationMembers};

inline constexpr auto kExplanationMembers = std::to_array<JsonMember>({
    JsonMember::text("rule", "The identifier of the explanation."),
    JsonMember::text("means", "What the provider means, and what to do."),
});
inline constexpr JsonShape kExplanationShape{"explanation", kExplanationMembers};

inline constexpr auto kRefusalMembers = std::to_array<JsonMember>({
    JsonMember::text("code", "The OAuth error code; empty when there was no such answer."),
    JsonMember::text("message", "All that is known, without secrets."),
    JsonMember::object("explained", kExplanationShape, "What that habitually means at this provider.", "known"),
});
inline constexpr JsonShape kRefusalShape{"refusal", kRefusalMembers};

// ---- a token ----

inline constexpr auto kRecognitionMembers = std::to_array<JsonMember>({
    JsonMember::text("id", "The kind of token, `github-oauth`."),
    JsonMember::text("name", "The same in words."),
    JsonMember::text("explanation", "What to know about such tokens; empty when there is nothing special."),
});
inline constexpr JsonShape kRecognitionShape{"recognition", kRecognitionMembers};

inline constexpr auto kTokenTimesMembers = std::to_array<JsonMember>({
    JsonMember::object("iat", kTimeShape, "When it was issued.", "the token has it"),
    JsonMember::object("nbf", kTimeShape, "When it begins to be valid.", "the token has it"),
    JsonMember::object("exp", kTimeShape, "When it expires.", "the token has it"),
    JsonMember::object("auth_time", kTimeShape, "When the user signed in.", "the token has it"),
});
inline constexpr JsonShape kTokenTimesShape{"token times", kTokenTimesMembers};

inline constexpr auto kSignatureMembers = std::to_array<JsonMember>({
    JsonMember::text("state", "`valid`, `invalid`, `no-key` (none of the keys fits), `keys-failed` (they could not be had) or `not-checked`."),
    JsonMember::text("keys_from", "Where the keys come from.", "keys were found"),
    JsonMember::text("detail", "Why, or with which key.", "there is more to say"),
});
inline constexpr JsonShape kSignatureShape{"signature", kSignatureMembers};

inline constexpr auto kComparedMembers = std::to_array<JsonMember>({
    JsonMember::text("what", "`issuer`, `audience` or `scope`."),
    JsonMember::flag("matches", "Whether the server would accept it."),
    JsonMember::text("expected", "What the configuration asks for."),
    JsonMember::text("found", "What the token has."),
    JsonMember::text("hint", "What the difference is.", "it helps"),
});
inline constexpr JsonShape kComparedShape{"compared", kComparedMembers};

inline constexpr auto kComparisonMembers = std::to_array<JsonMember>({
    JsonMember::text("with", "What it was compared as: a token for the vMCP server, of a provider, of a trusted issuer."),
    JsonMember::list("rows", kComparedShape, "One for each thing that was compared."),
});
inline constexpr JsonShape kComparisonShape{"comparison", kComparisonMembers};

inline constexpr auto kActorMembers = std::to_array<JsonMember>({
    JsonMember::text("sub", "The actor's subject.", "the token says it"),
    JsonMember::text("iss", "Who knows that subject.", "the token says it"),
    JsonMember::text("client_id", "The actor's client.", "the token says it"),
});
inline constexpr JsonShape kActorShape{"actor", kActorMembers};

inline constexpr auto kIntrospectionMembers = std::to_array<JsonMember>({
    JsonMember::text("asked", "Who was asked."),
    JsonMember::any("answer", "What they answered (RFC 7662); a token inside reads `[redacted]`.", "they answered"),
    JsonMember::text("failure", "Why there is no answer.", "they did not"),
});
inline constexpr JsonShape kIntrospectionShape{"introspection", kIntrospectionMembers};

inline constexpr auto kReportMembers = std::to_array<JsonMember>({
    JsonMember::text("label", "Whose token it is.", "it came from a store"),
    JsonMember::text("form", "`jwt`, `jwe` (encrypted) or `opaque`."),
    JsonMember::number("bytes", "Its length."),
    JsonMember::flag("good", "False when something below is a problem; then the exit status is 1."),
    JsonMember::object("recognised", kRecognitionShape, "Which provider's token it is, and which kind.", "known"),
    JsonMember::any("header", "As it is in the token.", "it is a jwt or jwe"),
    JsonMember::any("claims", "As they are in the token; a token inside reads `[redacted]`.", "they can be read"),
    JsonMember::object("times", kTokenTimesShape, "The times among the claims.", "there are claims"),
    JsonMember::list("observations", kObservationShape, "What is odd or wrong, the worst first."),
    JsonMember::object("signature", kSignatureShape, "Whether the issuer signed it."),
    JsonMember::object("comparison", kComparisonShape, "How it measures up to the configuration.", "`--config` is given and says something about it"),
    JsonMember::list("actors", kActorShape, "Who acts with it (`act`), the one acting now first.", "somebody does"),
    JsonMember::list("may_act", kActorShape, "Who may act with it.", "somebody may"),
    JsonMember::object("introspection", kIntrospectionShape, "What its issuer says about it.", "it is not a jwt, and `--config` says whom to ask"),
});
inline constexpr JsonShape kReportShape{"token report", kReportMembers};

// ---- a session ----

inline constexpr auto kUserMembers = std::to_array<JsonMember>({
    JsonMember::text("id", "vMCP's own id of the user, the `sub` of its tokens.", "known"),
    JsonMember::text("name", "Their name.", "known"),
    JsonMember::text("email", "Their e-mail address.", "known"),
});
inline constexpr JsonShape kUserShape{"user", kUserMembers};

inline constexpr auto kLastRefreshMembers = std::to_array<JsonMember>({
    JsonMember::object("at", kTimeShape, "When it was tried."),
    JsonMember::flag("succeeded", "Whether the provider gave a new token."),
    JsonMember::text("detail", "What the provider said.", "there is more to say"),
});
inline constexpr JsonShape kLastRefreshShape{"last refresh", kLastRefreshMembers};

inline constexpr auto kStoredTokensMembers = std::to_array<JsonMember>({
    JsonMember::text("provider", "The provider's name in the configuration."),
    JsonMember::text("subject", "The user's subject there.", "known"),
    JsonMember::texts("scopes", "What was granted.", "known"),
    JsonMember::object("expires_at", kTimeShape, "When the access token expires.", "the provider said"),
    JsonMember::object("session_expires_at", kTimeShape, "When the session ends at the provider.", "known"),
    JsonMember::flag("expired", "Whether the access token has expired."),
    JsonMember::flag("has_access_token", "Whether there is one."),
    JsonMember::flag("has_refresh_token", "Whether there is one."),
    JsonMember::flag("has_id_token", "Whether there is one."),
    JsonMember::object("last_refresh", kLastRefreshShape, "How the last refresh went.", "there was one"),
});
inline constexpr JsonShape kStoredTokensShape{"stored tokens", kStoredTokensMembers};

inline constexpr auto kSessionMembers = std::to_array<JsonMember>({
    JsonMember::text("tsid", "The whole token session id."),
    JsonMember::object("user", kUserShape, "Who signed in; empty when nothing is known."),
    JsonMember::text("client_id", "The client that signed in.", "known"),
    JsonMember::object("created_at", kTimeShape, "When the first tokens were stored.", "known: rows that ToolHive wrote do not say"),
    JsonMember::object("last_used_at", kTimeShape, "When they were last used.", "known: rows that ToolHive wrote do not say"),
    JsonMember::list("providers", kStoredTokensShape, "The stored tokens, one for each provider."),
    JsonMember::texts("deleted_providers", "Providers whose tokens ToolHive deleted and left a mark.", "there are such"),
    JsonMember::texts("damaged_providers", "Providers whose row cannot be read; `(index)` when the list of the session's rows cannot.", "there are such"),
});
inline constexpr JsonShape kSessionShape{"session", kSessionMembers};

inline constexpr auto kRowHealthMembers = std::to_array<JsonMember>({
    JsonMember::text("provider", "The provider's name."),
    JsonMember::object("breaks_at", kTimeShape, "When it stops working; in the past when it does not work now.", "known"),
    JsonMember::list("observations", kObservationShape, "What is wrong or soon will be, the worst first."),
});
inline constexpr JsonShape kRowHealthShape{"provider's health", kRowHealthMembers};

inline constexpr auto kHealthMembers = std::to_array<JsonMember>({
    JsonMember::text("tsid", "The whole token session id."),
    JsonMember::object("user", kUserShape, "Who signed in; empty when nothing is known."),
    JsonMember::text("client_id", "The client that signed in.", "known"),
    JsonMember::object("created_at", kTimeShape, "When the first tokens were stored.", "known"),
    JsonMember::object("last_used_at", kTimeShape, "When they were last used.", "known"),
    JsonMember::text("worst", "The worst severity of all that follows."),
    JsonMember::list("observations", kObservationShape, "About the session as a whole."),
    JsonMember::list("providers", kRowHealthShape, "One for each provider, those without tokens too when `--config` names them."),
});
inline constexpr JsonShape kHealthShape{"session's health", kHealthMembers};

// ---- a dump ----

inline constexpr auto kDumpMembers = std::to_array<JsonMember>({
    JsonMember::number("vmcpauth_dump", "The format's version: 1."),
    JsonMember::number("created_at", "When it was taken, in seconds since 1970."),
    JsonMember::text("store", "What it was taken from, without credentials."),
    JsonMember::flag("redacted", "Whether secrets read `[redacted]`. Such a dump cannot be imported."),
    JsonMember::any("records", "The records, one a line, each of a kind below."),
    JsonMember::any("counts", "How many records of each kind. A reader compares, so that a file that was cut is not taken for a whole one."),
});
inline constexpr JsonShape kDumpShape{"dump", kDumpMembers};

inline constexpr auto kSealedDumpMembers = std::to_array<JsonMember>({
    JsonMember::number("vmcpauth_sealed_dump", "The format's version: 1."),
    JsonMember::text("cipher", "`AES-256-GCM`."),
    JsonMember::text("kdf", "`scrypt` (RFC 7914)."),
    JsonMember::number("n", "scrypt's cost; parameters that would need more than 256 MiB are refused."),
    JsonMember::number("r", "scrypt's block size."),
    JsonMember::number("p", "scrypt's parallelism."),
    JsonMember::text("salt", "scrypt's salt, base64url."),
    JsonMember::texts("chunks", "The dump's text in pieces of at most 1 MiB, each encrypted and base64url."),
});
inline constexpr JsonShape kSealedDumpShape{"encrypted dump", kSealedDumpMembers};

}  // namespace vmcpauth::inspect
