// A connected byte stream, plain or TLS, with Socket's manners: calls that never block and notifications on demand.
#pragma once

#include <memory>
#include <string_view>

#include "proxy/socket.hpp"
#include "proxy/tls.hpp"

namespace vmcpauth::proxy {

class Stream {
 public:
  Stream() = default;
  explicit Stream(Socket socket) : socket_(std::move(socket)) {}
  Stream(Socket socket, std::unique_ptr<TlsSession> tls) : socket_(std::move(socket)), tls_(std::move(tls)) {}
  Stream(Stream&&) = default;
  Stream& operator=(Stream&&) = default;
  ~Stream() { close(); }

  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(socket_); }
  [[nodiscard]] Socket& socket() noexcept { return socket_; }
  void attach(Wakeup* wakeup) noexcept { socket_.attach(wakeup); }
  void close() noexcept;
  // close() with a reset, so that the peer cannot take what it got for complete (RFC 9112 §8).
  void abort() noexcept;

  // Whether a call is worth trying; false until the notification that arm_…() asks for.
  [[nodiscard]] bool readable() const noexcept { return read_needs_write_ ? socket_.writable() : socket_.readable(); }
  [[nodiscard]] bool writable() const noexcept { return write_needs_read_ ? socket_.readable() : socket_.writable(); }
  void arm_read() { read_needs_write_ ? socket_.arm_write() : socket_.arm_read(); }
  void arm_write() { write_needs_read_ ? socket_.arm_read() : socket_.arm_write(); }

  [[nodiscard]] IoResult read(std::span<char> buffer) noexcept;
  // May take less than it was given.
  [[nodiscard]] IoResult write(std::span<const iovec> pieces) noexcept;
  [[nodiscard]] IoResult write(std::string_view bytes) noexcept;

 private:
  IoResult blocked(TlsSession::Step step, bool& other_way, bool reading) noexcept;
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
  bool read_needs_write_ = false;
  bool write_needs_read_ = false;
};

}  // namespace vmcpauth::proxy
