// A bound and listening TCP address, one socket an io thread (SO_REUSEPORT). Opened before there is a handler, so that
// ports are known when URLs are made; connections wait in the kernel until Server::serve takes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::proxy {

class ListenSocket {
 public:
  // `host` is an IP literal or "localhost" (127.0.0.1); port 0 takes a free one. Io with "address already in use"
  // when anybody listens there already, even with SO_REUSEPORT; InvalidInput for a host that is no address.
  [[nodiscard]] static Result<ListenSocket> open(const std::string& host, std::uint16_t port, std::size_t sockets);

  ListenSocket(ListenSocket&& other) noexcept = default;
  ListenSocket& operator=(ListenSocket&& other) noexcept;
  ~ListenSocket();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  // "http://127.0.0.1:4483", "http://[::1]:4483".
  [[nodiscard]] std::string origin() const;
  // Gives the descriptors away.
  [[nodiscard]] std::vector<int> release() noexcept { return std::exchange(descriptors_, {}); }

 private:
  ListenSocket() = default;
  std::string host_;
  std::uint16_t port_ = 0;
  std::vector<int> descriptors_;
};

}  // namespace vmcpauth::proxy
