// A provider's refusal as an Error: its OAuth code as oauth_code, its own words (redacted) as a note, HTML and other
// bodies summarised, and advice where a provider's habit is known. Used for token, userinfo, registration and exchange answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/http/client.hpp"
#include "core/upstream/refusal_rules.hpp"

namespace vmcpauth::upstream {

// Whom a request went to, for messages: provider "github", "token endpoint", its URL.
struct Peer {
  std::string who;       // `provider "github"`, `token exchange of backend …`
  std::string endpoint;  // "token endpoint"
  Url url;
  Asked asked = Asked::Login;  // decides which of the rules about refusals hold
};

// What an answer says went wrong, if anything; empty members are unsaid.
struct Refusal {
  std::string code, description, uri;
};

// The refusal inside a document, whatever the HTTP status (RFC 6749 §5.2; GitHub's 200 with `error`, Slack's
// `ok:false`, an `error` that is an object with `message` and `code`).
[[nodiscard]] std::optional<Refusal> find_refusal(const Json& document);

// UpstreamError from a refusal (also one that came by the browser: `status` 0). `secrets` is what must not be repeated.
[[nodiscard]] Error refusal_error(const Peer& peer, const Refusal& refusal, int status, const std::vector<std::string_view>& secrets);

// UpstreamError from an answer whose status is not a success.
[[nodiscard]] Error status_error(const Peer& peer, const http::ClientResponse& response, const std::vector<std::string_view>& secrets);

// Adds which endpoint of whom did not answer (Timeout, Unreachable, BlockedAddress, TooLarge, BadResponse).
[[nodiscard]] Error with_peer(Error error, const Peer& peer);

// What is known about this refusal in the field: one sentence for the developer, or "" (REFERENCE §10).
[[nodiscard]] std::string_view advice(const Peer& peer, const Refusal& refusal);

}  // namespace vmcpauth::upstream
