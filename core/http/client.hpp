// The outbound HTTP port: one bounded request, one bounded response. The real one is proxy/'s Asio client
// (system CAs, host name check, private-address guard); tests use FakeHttpClient.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/base/task.hpp"
#include "core/base/url.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::http {

// Whom a request may reach. Checked on the resolved address, at connect time (no DNS rebinding).
struct PeerPolicy {
  bool allow_private_addresses = false;  // RFC 1918, ULA, link-local, CGNAT, multicast, unspecified
  bool allow_loopback = false;           // 127/8, ::1; allow_private_addresses allows it too
  bool allow_http = false;               // plain http to anything but loopback
  // Trusted instead of the system's CAs: PEM text, or a PEM file. The text goes first, as in ToolHive.
  std::optional<std::string> ca_bundle_path = std::nullopt;
  std::optional<std::string> ca_bundle_pem = std::nullopt;
};

struct ClientRequest {
  std::string method = "GET";
  Url url;
  Headers headers;
  std::string body;
  PeerPolicy peer;
  std::chrono::milliseconds timeout{10'000};   // from the call to the last body byte
  std::size_t max_response_bytes = 1U << 20U;  // body; TooLarge beyond
  int max_redirects = 0;                       // GET only; each hop is checked by the same policy
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Timeout, Unreachable (connect, DNS, TLS; the message says which), BlockedAddress, TooLarge, BadResponse.
  // Any complete HTTP answer is a value, whatever its status.
  [[nodiscard]] virtual Task<Result<ClientResponse>> send(ClientRequest request) = 0;
};

}  // namespace vmcpauth::http
