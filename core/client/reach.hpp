// Where the documents and endpoints that a server names may lie. A server on the internet must not send us to addresses only
// we can reach (RFC 9728 §7.7); one on this machine or in our own network may name its neighbours.
#pragma once

#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/base/task.hpp"
#include "core/base/url.hpp"
#include "core/http/client.hpp"

namespace vmcpauth::client {

// What the user decided for all connections of a login.
struct Trust {
  std::optional<std::string> ca_bundle_path;  // PEM file instead of the system's CAs
};

// For requests to the server itself: the user named it. Plain http is for loopback only: a token would travel in the clear.
[[nodiscard]] http::PeerPolicy server_policy(const Trust& trust);

// For URLs that came from the server. Asks it once (HEAD of its origin) whether it is reached over the internet, unless its
// name says so. Errors of the connection: Unreachable, Timeout.
[[nodiscard]] Task<Result<http::PeerPolicy>> named_policy(http::HttpClient& http, Url server, Trust trust);

}  // namespace vmcpauth::client
