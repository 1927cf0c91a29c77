// From a host name to a connected (and for https verified) stream: resolution on the blocking pool, the PeerPolicy asked
// of every address, TCP, TLS. Called by the forwarder and the HTTP client on an io thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/task.hpp"
#include "core/http/address.hpp"
#include "core/http/client.hpp"
#include "proxy/stream.hpp"

namespace vmcpauth::proxy {

struct Peer {
  std::string host;  // name or IP literal without brackets
  std::uint16_t port = 0;
  http::PeerPolicy policy;
  std::shared_ptr<TlsContext> tls;  // null: plain
};

// Whether the policy lets us talk to this address; the message of a BlockedAddress names host and address.
[[nodiscard]] Result<void> check_peer_address(const Peer& peer, const http::IpAddress& address);

// Unreachable (the message says name resolution, connect or TLS and why), BlockedAddress, Timeout. The stream is
// attached to the wakeup; peer and wakeup outlive the task.
[[nodiscard]] Task<Result<Stream>> connect(const Peer& peer, Wakeup& wakeup, SteadyPoint deadline);

}  // namespace vmcpauth::proxy
