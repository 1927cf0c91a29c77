// Where requests are forwarded to: one origin with its TLS trust and limits. Immutable and shared by all io threads;
// idle connections to it live in the io threads and outlast it harmlessly. Made by the composition root from configuration.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "core/base/error.hpp"
#include "core/base/url.hpp"
#include "core/http/client.hpp"

namespace vmcpauth::proxy {

class TlsContext;

struct BackendSettings {
  std::string name;  // for messages
  Url url;           // scheme, host and port; the path is the caller's business
  // The operator named this address, so nothing is refused unless they say so; the CA bundle is honoured.
  http::PeerPolicy peer{.allow_private_addresses = true, .allow_loopback = true, .allow_http = true};
  std::chrono::milliseconds connect_timeout{5'000};     // name, TCP and TLS
  std::chrono::milliseconds response_timeout{300'000};  // from the last request byte to the response head
  std::chrono::milliseconds stall_timeout{60'000};  // a peer that neither takes nor sends body bytes it owes; streams from the backend may be silent for ever
  std::chrono::milliseconds idle_timeout{4'000};    // pooled connections; below node's 5 s keep-alive
  std::size_t max_idle_per_thread = 64;
};

class Backend {
 public:
  // InvalidConfig when the CA bundle cannot be used.
  [[nodiscard]] static Result<std::shared_ptr<const Backend>> make(BackendSettings settings);

  [[nodiscard]] const BackendSettings& settings() const noexcept { return settings_; }
  // null for http.
  [[nodiscard]] const std::shared_ptr<TlsContext>& tls() const noexcept { return tls_; }
  // Connections are shared only between backends whose key is the same: origin, trust and policy.
  [[nodiscard]] const std::string& pool_key() const noexcept { return pool_key_; }
  [[nodiscard]] const std::string& host_header() const noexcept { return host_header_; }

 private:
  explicit Backend(BackendSettings settings) : settings_(std::move(settings)) {}
  BackendSettings settings_;
  std::shared_ptr<TlsContext> tls_;
  std::string pool_key_, host_header_;
};

// The key of kept-alive connections: origin, trust and policy.
[[nodiscard]] std::string pool_key(const Url& url, const http::PeerPolicy& peer);

}  // namespace vmcpauth::proxy
