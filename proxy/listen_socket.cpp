#include "proxy/listen_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/http/address.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr int kBacklog = 1024;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const http::IpAddress& ip, std::uint16_t port) {
  SocketAddress out;
  if (ip.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, ip.bytes().data(), 4);
    std::memcpy(&out.storage, &in, out.size = sizeof in);
  } else {
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    std::memcpy(&in6.sin6_addr, ip.bytes().data(), 16);
    std::memcpy(&out.storage, &in6, out.size = sizeof in6);
  }
  return out;
}

std::unexpected<Error> refused(const std::string& host, std::uint16_t port, int error) {
  const std::string where = (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
  const std::string why = error == EADDRINUSE ? "address already in use" : std::generic_category().message(error);
  return fail(ErrorCode::Io, "cannot listen on " + where + ": " + why);
}

// errno, or 0 with the descriptor bound.
int bind_socket(const http::IpAddress& ip, std::uint16_t port, bool shared, int& descriptor) {
  descriptor = ::socket(ip.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (shared) ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (!ip.is_v4()) ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  const auto address = socket_address(ip, port);
  return ::bind(descriptor, address.get(), address.size) == 0 ? 0 : errno;
}

std::uint16_t bound_port(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size);
  if (storage.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

}  // namespace

Result<ListenSocket> ListenSocket::open(const std::string& host, std::uint16_t port, std::size_t sockets) {
  const auto ip = http::IpAddress::parse(host == "localhost" ? "127.0.0.1" : host);
  if (!ip) return fail(ErrorCode::InvalidInput, "\"" + host + "\" is no address to listen on");
  ListenSocket out;
  out.host_ = ip->text();
  out.port_ = port;
  if (port != 0) {
    // Somebody else's SO_REUSEPORT would let us in and take half of the connections: ask without it first.
    int probe = -1;
    const int error = bind_socket(*ip, port, false, probe);
    if (probe >= 0) ::close(probe);
    if (error != 0) return refused(out.host_, port, error);
  }
  for (std::size_t i = 0; i < std::max<std::size_t>(sockets, 1); ++i) {
    int descriptor = -1;
    int error = bind_socket(*ip, out.port_, true, descriptor);
    if (descriptor >= 0) out.descriptors_.push_back(descriptor);
    if (error == 0 && ::listen(descriptor, kBacklog) != 0) error = errno;
    if (error != 0) return refused(out.host_, port, error);
    out.port_ = bound_port(descriptor);
  }
  return out;
}

ListenSocket& ListenSocket::operator=(ListenSocket&& other) noexcept {
  std::swap(host_, other.host_);
  std::swap(port_, other.port_);
  std::swap(descriptors_, other.descriptors_);
  return *this;
}

ListenSocket::~ListenSocket() {
  for (const int descriptor : descriptors_) ::close(descriptor);
}

std::string ListenSocket::origin() const {
  const std::string host = host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]";
  return "http://" + host + ":" + std::to_string(port_);
}

}  // namespace vmcpauth::proxy
