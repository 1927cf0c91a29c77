#include "proxy/connect.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "proxy/io_pool.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxAddresses = 16;
using Addresses = std::vector<http::IpAddress>;

std::string endpoint(const Peer& peer) {
  const bool v6 = peer.host.find(':') != std::string::npos;
  return (v6 ? "[" + peer.host + "]" : peer.host) + ":" + std::to_string(peer.port);
}

std::string system_text(int error) { return std::generic_category().message(error); }

std::optional<http::IpAddress> address_of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    return http::IpAddress::v4(bytes);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, address, sizeof in6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
    return http::IpAddress::v6(bytes);
  }
  return std::nullopt;
}

// Blocks; runs on the blocking pool.
Result<Addresses> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int outcome = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (outcome != 0) return fail(ErrorCode::Unreachable, "cannot resolve host " + host + ": " + ::gai_strerror(outcome));
  Addresses addresses;
  for (const addrinfo* it = found; it != nullptr && addresses.size() < kMaxAddresses; it = it->ai_next) {
    const auto address = address_of(it->ai_addr);
    if (address && std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) addresses.push_back(*address);
  }
  ::freeaddrinfo(found);
  if (addresses.empty()) return fail(ErrorCode::Unreachable, "cannot resolve host " + host + ": no address");
  return addresses;
}

// Outlives the waiter, which may have given up; touched on the io thread only.
struct Lookup {
  std::optional<Result<Addresses>> result;
  Wakeup* waiter = nullptr;
};

Task<Result<Addresses>> resolve(const Peer& peer, Wakeup& wakeup, SteadyPoint deadline) {
  if (const auto literal = http::IpAddress::parse(peer.host)) co_return Addresses{*literal};
  auto lookup = std::make_shared<Lookup>();
  lookup->waiter = &wakeup;
  IoThread& thread = wakeup.thread();
  thread.pool().blocking().submit([lookup, host = peer.host, &thread]() mutable {
    auto found = look_up(host);
    thread.post([lookup = std::move(lookup), found = std::move(found)]() mutable {
      lookup->result.emplace(std::move(found));
      if (lookup->waiter != nullptr) lookup->waiter->notify();
    });
  });
  while (!lookup->result) {
    const bool woken = co_await wakeup.wait(deadline);
    if (!woken) {
      lookup->waiter = nullptr;
      co_return fail(ErrorCode::Timeout, "resolving host " + peer.host + " took too long");
    }
  }
  lookup->waiter = nullptr;
  auto result = std::move(*lookup->result);
  co_return result;
}

int start_connect(int descriptor, const http::IpAddress& address, std::uint16_t port) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, address.bytes().data(), 4);
    std::memcpy(&storage, &in, size = sizeof in);
  } else {
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    std::memcpy(&in6.sin6_addr, address.bytes().data(), 16);
    std::memcpy(&storage, &in6, size = sizeof in6);
  }
  return ::connect(descriptor, reinterpret_cast<const sockaddr*>(&storage), size) == 0 ? 0 : errno;
}

// Timeout, or Unreachable with the system's reason.
Task<Result<Socket>> connect_address(const Peer& peer, http::IpAddress address, Wakeup& wakeup, SteadyPoint deadline) {
  const int fd = ::socket(address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) co_return fail(ErrorCode::Unreachable, "cannot connect to " + endpoint(peer) + ": " + system_text(errno));
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  int error = start_connect(fd, address, peer.port);
  Socket socket(wakeup.thread(), fd);
  socket.attach(&wakeup);
  if (error == EINPROGRESS) {
    socket.mark_unwritable();
    socket.arm_write();
    while (!socket.writable()) {
      const bool woken = co_await wakeup.wait(deadline);
      if (!woken) co_return fail(ErrorCode::Timeout, "connecting to " + endpoint(peer) + " took too long");
    }
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) co_return fail(ErrorCode::Unreachable, "cannot connect to " + endpoint(peer) + ": " + system_text(error));
  co_return socket;
}

Task<Result<std::unique_ptr<TlsSession>>> start_tls(const Peer& peer, Socket& socket, Wakeup& wakeup, SteadyPoint deadline) {
  CO_TRY(auto session, peer.tls->connect(socket, peer.host, peer.port));
  while (true) {
    const auto step = session->handshake();
    if (step.result.ok()) break;
    if (!step.result.would_block()) {
      co_return fail(ErrorCode::Unreachable, "TLS with " + endpoint(peer) + " failed: " + session->failure());
    }
    if (step.need == TlsSession::Need::Read) {
      socket.mark_unreadable();
      socket.arm_read();
    } else {
      socket.mark_unwritable();
      socket.arm_write();
    }
    const bool woken = co_await wakeup.wait(deadline);
    if (!woken) co_return fail(ErrorCode::Timeout, "TLS with " + endpoint(peer) + " took too long");
  }
  co_return session;
}

}  // namespace

Result<void> check_peer_address(const Peer& peer, const http::IpAddress& address) {
  const bool loopback = http::is_loopback_address(address);
  const bool allowed = peer.policy.allow_private_addresses || (loopback ? peer.policy.allow_loopback : http::is_public_address(address));
  if (!allowed) {
    return fail(ErrorCode::BlockedAddress, "host " + peer.host + " is at " + address.text() + ", which is not a public address");
  }
  if (!peer.tls && !peer.policy.allow_http && !loopback) {
    return fail(ErrorCode::BlockedAddress, "plain http to " + endpoint(peer) + " is not allowed");
  }
  return {};
}

Task<Result<Stream>> connect(const Peer& peer, Wakeup& wakeup, SteadyPoint deadline) {
  CO_TRY(auto addresses, co_await resolve(peer, wakeup, deadline));
  std::optional<Error> first_failure;
  for (const auto& address : addresses) {
    if (auto allowed = check_peer_address(peer, address); !allowed) {
      if (!first_failure) first_failure = std::move(allowed).error();
      continue;
    }
    auto socket = co_await connect_address(peer, address, wakeup, deadline);
    if (!socket) {
      if (!first_failure) first_failure = std::move(socket).error();
      if (first_failure->code() == ErrorCode::Timeout) break;
      continue;
    }
    if (!peer.tls) co_return Stream(std::move(*socket));
    CO_TRY(auto session, co_await start_tls(peer, *socket, wakeup, deadline));
    co_return Stream(std::move(*socket), std::move(session));
  }
  co_return std::unexpected(std::move(*first_failure));
}

}  // namespace vmcpauth::proxy
