#include "tests/support/raw_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "core/http/headers.hpp"

namespace vmcpauth::test {
namespace {

using Clock = std::chrono::steady_clock;

bool wait_for(int descriptor, short what, Clock::time_point deadline) {
  pollfd poll{descriptor, what, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return ::poll(&poll, 1, static_cast<int>(std::max<long>(left, 0))) > 0;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string lower_header(std::string_view head, std::string_view name) {
  const auto text = http::to_lower(head);
  const auto at = text.find("\r\n" + std::string(name) + ":");
  if (at == std::string::npos) return {};
  const auto begin = text.find_first_not_of(" ", at + 3 + name.size());
  return text.substr(begin, text.find("\r\n", begin) - begin);
}

}  // namespace

RawPeer RawPeer::connect(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  RawPeer peer(descriptor);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("cannot connect");
  return peer;
}

bool RawPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

RawPeer::Got RawPeer::fill(Clock::time_point deadline) {
  if (!wait_for(descriptor_, POLLIN, deadline)) return Got::Nothing;
  std::array<char, 65536> buffer;
  const auto n = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (n > 0) {
    received_.append(buffer.data(), static_cast<std::size_t>(n));
    return Got::Bytes;
  }
  if (n < 0 && errno == ECONNRESET) reset_ = true;
  return Got::End;
}

std::string RawPeer::take(std::size_t n, std::chrono::milliseconds at_most) {
  const auto deadline = Clock::now() + at_most;
  while (received_.size() < n && fill(deadline) == Got::Bytes) {
  }
  std::string out = received_.substr(0, n);
  received_.erase(0, out.size());
  return out;
}

std::string RawPeer::take_until(std::string_view text, std::chrono::milliseconds at_most) {
  const auto deadline = Clock::now() + at_most;
  std::size_t at = 0;
  while ((at = received_.find(text)) == std::string::npos) {
    if (fill(deadline) != Got::Bytes) return {};
  }
  return take(at + text.size());
}

std::string RawPeer::take_message(std::chrono::milliseconds at_most) {
  auto head = take_until("\r\n\r\n", at_most);
  if (lower_header(head, "transfer-encoding") == "chunked") {
    auto rest = received_.starts_with("0\r\n\r\n") ? take(5) : take_until("\r\n0\r\n\r\n", at_most);
    return head + rest;
  }
  const auto length = lower_header(head, "content-length");
  return length.empty() ? head : head + take(std::strtoul(length.c_str(), nullptr, 10), at_most);
}

std::string RawPeer::take_rest(std::chrono::milliseconds at_most) {
  static_cast<void>(sees_close(at_most));
  return std::exchange(received_, {});
}

bool RawPeer::sees_close(std::chrono::milliseconds at_most) {
  const auto deadline = Clock::now() + at_most;
  while (true) {
    const auto got = fill(deadline);
    if (got != Got::Bytes) return got == Got::End;
  }
}

bool RawPeer::is_silent(std::chrono::milliseconds for_time) { return received_.empty() && fill(Clock::now() + for_time) == Got::Nothing; }

void RawPeer::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void RawPeer::close_with_reset() {
  const linger now{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void RawPeer::close_write() { ::shutdown(descriptor_, SHUT_WR); }

RawListener::RawListener() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port_(0) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(descriptor_, 64) != 0 ||
      ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() { close(); }

std::optional<RawPeer> RawListener::try_accept(std::chrono::milliseconds at_most) {
  if (!wait_for(descriptor_, POLLIN, Clock::now() + at_most)) return std::nullopt;
  return RawPeer(::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC));
}

RawPeer RawListener::accept() {
  auto peer = try_accept();
  if (!peer) throw std::runtime_error("nobody connected");
  return std::move(*peer);
}

void RawListener::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::string response_with(std::string_view body, std::string_view more_headers, int status) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(more_headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

int status_of(std::string_view message) { return message.starts_with("HTTP/1.1 ") ? std::atoi(std::string(message.substr(9, 3)).c_str()) : 0; }

std::string body_of(std::string_view message) {
  const auto at = message.find("\r\n\r\n");
  return at == std::string_view::npos ? std::string() : std::string(message.substr(at + 4));
}

}  // namespace vmcpauth::test
