// The names a log line may have: its events and its fields, each with what it means. A name that is not in these tables does not
// compile, and docs/reference/log.md is made from them, so the page cannot leave one out. Used through core/base/log.hpp.
#pragma once

#include <array>
#include <string_view>

namespace vmcpauth {

struct LogName {
  std::string_view name;  // stable, snake_case
  std::string_view meaning;
};

inline constexpr auto kLogEvents = std::to_array<LogName>({
    // Requests
    {"request", "A request was answered. `debug` for health checks, `warn` for a status of 500 and above."},
    {"bearer_refused", "The client's token is not good; `reason` says why. The client sees only that it is invalid."},
    {"request_rejected", "What came is not HTTP as RFC 9112 has it, or passes a limit. It was answered and not looked at any further."},
    {"response_header_refused", "A header of a response would have split it. The response was replaced by an error."},
    {"handler_threw", "A bug: a request ended with an exception. Please report it."},
    {"accept_failed", "A connection could not be accepted, mostly for lack of file descriptors."},
    // Logins
    {"login_started", "A client opened the authorization endpoint; `detail` has the scopes it asks for."},
    {"leg_started", "The browser was sent to a provider; `detail` says which leg of how many."},
    {"callback_received", "The browser came back from a provider."},
    {"exchange_succeeded", "The provider gave tokens for the code."},
    {"exchange_failed", "It did not; `detail` has the provider's own error."},
    {"tokens_stored", "The provider's tokens are stored under the session."},
    {"tokens_reused", "An earlier sign-in at this provider is still good: no leg was needed."},
    {"tokens_refreshed", "An earlier sign-in was made good by a refresh: no leg was needed."},
    {"code_issued", "All legs are done and the client got its code."},
    {"login_failed", "The login ended without a code; `code` and `detail` say why."},
    {"login_not_bound_to_browser", "Logins cannot be tied to the browser that began them, because the callback is on another host."},
    {"upstream_subject_synthetic", "A provider says nothing of who the user is. Every sign-in looks like another user."},
    // The client's tokens
    {"client_registered", "A client registered itself (RFC 7591)."},
    {"registration_refused", "A registration was refused; `code` and `detail` say why."},
    {"client_not_renewed", "The end of a client's registration could not be put off; it may have to register again."},
    {"token_issued", "A client got its tokens for a code."},
    {"token_refreshed", "A client got new tokens for a refresh token."},
    {"token_exchanged", "A token was exchanged: by an agent at this server, or by this server for a backend (`service`)."},
    {"token_refused", "The token endpoint said no; `code` and `detail` say why."},
    {"grant_revoked", "A client's grant ended: it was revoked, or a spent refresh token came back."},
    {"revocation_refused", "A revocation was refused."},
    // The providers' tokens
    {"upstream_registered", "This server registered itself at a provider (RFC 7591)."},
    {"upstream_client_authentication", "The way of client authentication that the provider's token endpoint took."},
    {"upstream_refreshed", "A provider's token was refreshed."},
    {"upstream_refresh_failed", "A refresh failed; `reason` has the provider's own error. After `invalid_grant` the user has to sign in again."},
    {"upstream_refresh_not_stored", "A refreshed token could not be stored. A provider that rotates refresh tokens will refuse the next refresh."},
    {"refresh_claim_not_released", "The note that a refresh is under way could not be removed; it ends by itself."},
    {"session_use_not_noted", "The time of a session's last use could not be written."},
    // Backends
    {"forward_header_ignored", "A header that the configuration would forward is not forwarded."},
    {"backend_up", "A backend answers."},
    {"backend_down", "A backend does not answer; its last good lists are still offered."},
    {"backend_revision", "The MCP revision that a backend speaks was found out."},
    {"backend_revision_changed", "A backend speaks another revision than before."},
    {"backend_offers", "How much a backend offers, when that changed."},
    {"backend_list_failed", "A backend's lists could not be read."},
    {"backend_list_entry", "An entry of a backend's list is malformed and is not offered."},
    {"backend_call_failed", "A call to a backend had no answer."},
    {"not_offered", "Two backends have something of one name, or a name cannot be offered; `reason` says which."},
    {"aggregation_tools_unmatched", "`aggregation.tools` names a workload that is not a backend."},
    {"tool_config", "`aggregation.tools`, or the backend itself, takes the filter and the overrides of an MCPToolConfig."},
    {"setting_not_served", "The configuration has something that works in the cluster and not here; `effect` says what differs."},
    // The process
    {"listening", "The server accepts connections."},
    {"reloaded", "The configuration was read again and is in force."},
    {"reload_failed", "The configuration was read again and is wrong. The old one stays."},
    {"reload_skipped", "There is nothing to read again."},
    {"sweep_failed", "Expired rows could not be removed from the store."},
    {"redis_unavailable", "Redis does not answer."},
    {"draining", "The server was asked to stop and waits for requests in flight."},
    {"stopped", "The server has stopped."},
    // The command line, with -v
    {"http", "A request that a `token` command made."},
    {"http_failed", "Such a request without an answer."},
});

inline constexpr auto kLogFields = std::to_array<LogName>({
    {"time", "UTC, with milliseconds (JSON; a terminal shows local time)."},
    {"level", "`debug`, `info`, `warn` or `error`."},
    {"event", "One of the events above."},
    // Of a request
    {"method", "The HTTP method; with `backend_call_failed` the MCP method; with `upstream_client_authentication` the way that was taken."},
    {"path", "The path, without the query."},
    {"route",
     "What answered: `mcp`, `auth_server`, `resource_metadata`, `health`, `status`; `guard` for a Host or Origin that is not ours, `unknown` for a path that "
     "nothing is at."},
    {"mcp_method", "The MCP method, at `/mcp`."},
    {"status", "The HTTP status that the client got (`http`: that we got)."},
    {"backend", "The backend's name. Absent when the request reached none."},
    {"strategy", "The outgoing strategy: `unauthenticated`, `header_injection`, `upstream_inject`, `token_exchange` …"},
    {"provider", "The identity provider whose token was used or is concerned."},
    {"subject", "The user, as the client's token names them."},
    {"backend_status", "The HTTP status of the backend, when it answered."},
    {"auth_ms", "Milliseconds for the client's token, a refresh at a provider included."},
    {"outgoing_ms", "Milliseconds for the backend's credential: a token exchange."},
    {"connect_ms", "Milliseconds to connect to the backend; absent when a connection was reused."},
    {"backend_ms", "Milliseconds until the backend's first byte."},
    {"ms", "Milliseconds from the request's first byte to the answer's last."},
    {"error", "What went wrong, in words."},
    {"peer", "The client's address."},
    // Of a login
    {"login", "Names the login, and the session that it becomes, without giving it away: part of a digest of the session id."},
    {"client_id", "The client's id."},
    {"code", "The OAuth error code that the client was told."},
    {"detail", "More about it. Tokens and codes are cut out."},
    {"reason", "Why, in words."},
    {"hint", "What to do about it."},
    {"service", "The host of the token service."},
    {"lifetime_s", "Seconds that a token lives; 0 when the service does not say."},
    // Of backends and of the process
    {"header", "The name of a header."},
    {"workload", "A name under `aggregation.tools`, or of a backend with an MCPToolConfig of its own."},
    {"name", "The name of an MCPToolConfig."},
    {"problem", "What is wrong with an entry."},
    {"revision", "The MCP revision."},
    {"tools", "How many tools."},
    {"prompts", "How many prompts."},
    {"resources", "How many resources."},
    {"url", "A URL, without query."},
    {"backends", "How many backends."},
    {"store", "The session store, without credentials."},
    {"connections", "How many connections are open."},
    {"clean", "`yes` when every request ended by itself, `no` when the deadline cut some off."},
    {"effect", "What follows."},
    {"setting", "A field of the configuration, by its path."},
    {"at", "Where it is written: file and line."},
});

// A name of the table `Names`. Made from a literal; one that is not in the table ends the compilation here.
template <const auto& Names>
class NameOf {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): names are written as literals
  consteval NameOf(const char* name) : name_(name) {
    for (const auto& known : Names) {
      if (known.name == name_) return;
    }
    throw "core/base/log_vocabulary.hpp does not have this name";
  }
  [[nodiscard]] constexpr std::string_view text() const noexcept { return name_; }

 private:
  std::string_view name_;
};

using LogEvent = NameOf<kLogEvents>;
using LogKey = NameOf<kLogFields>;

}  // namespace vmcpauth
