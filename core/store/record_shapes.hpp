// The members of the records that `token dump` writes; their names are the records' kinds. What is empty is left out. Used by
// record_json.cpp, and by the page docs/reference/token-json.md.
#pragma once

#include <array>

#include "core/base/json_shape.hpp"

namespace vmcpauth::store {

inline constexpr auto kGrantMembers = std::to_array<JsonMember>({
    JsonMember::text("grant_id", "The grant's id."),
    JsonMember::text("session_id", "The session (`tsid`)."),
    JsonMember::text("client_id", "The client."),
    JsonMember::text("user_id", "The user."),
    JsonMember::text("user_name", "Their name; may be empty."),
    JsonMember::text("user_email", "Their e-mail address; may be empty."),
    JsonMember::texts("scopes", "What was granted."),
    JsonMember::texts("audiences", "What its tokens are for."),
    JsonMember::number("created_at", "When the login ended."),
});
inline constexpr JsonShape kGrantShape{"grant", kGrantMembers};

inline constexpr auto kClientMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`client`: a client of the authorization server."),
    JsonMember::text("id", "Its client id."),
    JsonMember::texts("redirect_uris", "Where it may be called back.", "there are any"),
    JsonMember::texts("grant_types", "As registered.", "there are any"),
    JsonMember::texts("response_types", "As registered.", "there are any"),
    JsonMember::texts("scopes", "What it may ask for.", "there are any"),
    JsonMember::texts("audiences", "What its tokens may be for.", "there are any"),
    JsonMember::text("token_endpoint_auth_method", "How it authenticates.", "known"),
    JsonMember::text("name", "Its name for people.", "known"),
    JsonMember::flag("dcr_issued", "Whether it registered itself."),
    JsonMember::number("created_at", "When."),
    JsonMember::number("expires_at", "When the registration is forgotten.", "it is"),
    JsonMember::text("secret_hash", "The hash of its secret. A secret.", "it has one"),
});
inline constexpr JsonShape kClientShape{"client", kClientMembers};

inline constexpr auto kPendingMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`pending`: a login under way."),
    JsonMember::text("internal_state", "The state of its leg. A secret."),
    JsonMember::text("session_id", "The session it becomes."),
    JsonMember::text("client_id", "The client.", "known"),
    JsonMember::text("redirect_uri", "Where the client is called back.", "known"),
    JsonMember::text("state", "The client's state. A secret.", "it has one"),
    JsonMember::text("code_challenge", "The client's PKCE challenge.", "it has one"),
    JsonMember::text("nonce", "The client's nonce.", "it has one"),
    JsonMember::texts("scopes", "What it asked for.", "it did"),
    JsonMember::text("resource", "What for.", "it said"),
    JsonMember::flag("refresh_allowed", "Whether it will get a refresh token."),
    JsonMember::text("provider", "The provider of this leg.", "known"),
    JsonMember::number("leg", "Which leg it is, from 1."),
    JsonMember::text("pkce_verifier", "The verifier of this leg. A secret.", "there is one"),
    JsonMember::text("upstream_nonce", "The nonce of this leg. A secret.", "there is one"),
    JsonMember::text("browser_binding", "The digest of the cookie it is bound to.", "it is bound"),
    JsonMember::text("user_id", "The user.", "the first leg is done"),
    JsonMember::text("user_name", "Their name.", "known"),
    JsonMember::text("user_email", "Their e-mail address.", "known"),
    JsonMember::number("created_at", "When it began."),
    JsonMember::number("expires_at", "When it is given up."),
});
inline constexpr JsonShape kPendingShape{"pending", kPendingMembers};

inline constexpr auto kCodeMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`code`: an authorization code for a client."),
    JsonMember::text("signature", "What it is found by; the code itself is not stored."),
    JsonMember::text("redirect_uri", "Where it was sent.", "known"),
    JsonMember::text("code_challenge", "The client's PKCE challenge.", "it has one"),
    JsonMember::text("resource", "What it is for.", "the client said"),
    JsonMember::text("nonce", "The client's nonce.", "it has one"),
    JsonMember::object("grant", kGrantShape, "What it stands for."),
    JsonMember::number("expires_at", "When it expires."),
    JsonMember::flag("used", "Whether it was redeemed."),
});
inline constexpr JsonShape kCodeShape{"code", kCodeMembers};

inline constexpr auto kRefreshMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`refresh`: a refresh token of a client."),
    JsonMember::text("signature", "What it is found by; the token itself is not stored."),
    JsonMember::object("grant", kGrantShape, "What it stands for."),
    JsonMember::number("issued_at", "When it was issued."),
    JsonMember::number("expires_at", "When it expires."),
    JsonMember::flag("used", "Whether it was redeemed."),
});
inline constexpr JsonShape kRefreshShape{"refresh", kRefreshMembers};

inline constexpr auto kRevokedGrantMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`revoked_grant`: a grant that has ended."),
    JsonMember::text("grant_id", "The grant's id."),
    JsonMember::number("expires_at", "When nothing of it can be in use any more."),
});
inline constexpr JsonShape kRevokedGrantShape{"revoked_grant", kRevokedGrantMembers};

inline constexpr auto kRefreshReportMembers = std::to_array<JsonMember>({
    JsonMember::number("at", "When it was tried."),
    JsonMember::flag("succeeded", "Whether the provider gave a new token."),
    JsonMember::text("detail", "What the provider said.", "there is more to say"),
});
inline constexpr JsonShape kRefreshReportShape{"refresh report", kRefreshReportMembers};

inline constexpr auto kUpstreamMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`upstream`: a session's tokens of one provider."),
    JsonMember::text("session_id", "The session (`tsid`)."),
    JsonMember::text("provider", "The provider's name."),
    JsonMember::text("access_token", "A secret.", "there is one"),
    JsonMember::text("refresh_token", "A secret.", "there is one"),
    JsonMember::text("id_token", "A secret.", "there is one"),
    JsonMember::number("expires_at", "When the access token expires.", "known"),
    JsonMember::number("session_expires_at", "When the session ends at the provider.", "known"),
    JsonMember::text("user_id", "The user.", "known"),
    JsonMember::text("upstream_subject", "The user's subject at the provider.", "known"),
    JsonMember::text("client_id", "The client that signed in.", "known"),
    JsonMember::texts("scopes", "What was granted.", "known"),
    JsonMember::text("user_name", "The user's name.", "known"),
    JsonMember::text("user_email", "Their e-mail address.", "known"),
    JsonMember::number("created_at", "When the row was made.", "known"),
    JsonMember::number("last_used_at", "When it was last used.", "known"),
    JsonMember::object("last_refresh", kRefreshReportShape, "How the last refresh went.", "there was one"),
});
inline constexpr JsonShape kUpstreamShape{"upstream", kUpstreamMembers};

inline constexpr auto kUserMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`user`: whom a provider's subject is."),
    JsonMember::text("provider", "The provider's name."),
    JsonMember::text("subject", "The subject there."),
    JsonMember::text("id", "The user's id here."),
    JsonMember::number("created_at", "When they first signed in."),
});
inline constexpr JsonShape kUserShape{"user", kUserMembers};

inline constexpr auto kOnceMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`once`: something that may be presented once, such as a client's assertion."),
    JsonMember::text("digest", "The digest of it."),
    JsonMember::number("expires_at", "When it has expired by itself."),
});
inline constexpr JsonShape kOnceShape{"once", kOnceMembers};

inline constexpr auto kRegistrationMembers = std::to_array<JsonMember>({
    JsonMember::text("kind", "`registration`: how this server registered itself at a provider."),
    JsonMember::text("key", "What it is found by: provider, redirect URI and scopes."),
    JsonMember::text("client_id", "The client id it was given."),
    JsonMember::text("client_secret", "A secret.", "it was given one"),
    JsonMember::text("token_endpoint_auth_method", "How it authenticates there.", "known"),
    JsonMember::number("secret_expires_at", "When the secret expires.", "it does"),
});
inline constexpr JsonShape kRegistrationShape{"registration", kRegistrationMembers};

// Every kind of record, as a dump may have them.
inline constexpr std::array<const JsonShape*, 9> kRecordShapes{&kClientShape,   &kPendingShape, &kCodeShape, &kRefreshShape,     &kRevokedGrantShape,
                                                               &kUpstreamShape, &kUserShape,    &kOnceShape, &kRegistrationShape};

}  // namespace vmcpauth::store
