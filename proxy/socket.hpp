// A non-blocking TCP socket on one io thread: plain read and write calls, and "tell this Wakeup when it is ready".
// No buffer is held while waiting, which is what makes an idle stream cheap.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <utility>

#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {

struct IoResult {
  enum class Status { Ok, WouldBlock, Eof, Failed };
  Status status = Status::Ok;
  std::size_t bytes = 0;
  int error = 0;  // errno when Failed

  [[nodiscard]] bool ok() const noexcept { return status == Status::Ok; }
  [[nodiscard]] bool would_block() const noexcept { return status == Status::WouldBlock; }
  [[nodiscard]] bool over() const noexcept { return status == Status::Eof || status == Status::Failed; }
};

class Socket {
 public:
  Socket() = default;
  // Takes an open non-blocking descriptor over; one that connects has been told where to.
  Socket(IoThread& thread, int descriptor);
  Socket(Socket&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { close(); }

  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }
  [[nodiscard]] int descriptor() const noexcept;
  void close() noexcept;

  // Who is told; null for nobody.
  void attach(Wakeup* wakeup) noexcept;
  // Asks for one notification when the socket can be read (also: end of stream) or written; at once when a call
  // would not be in vain already. Idempotent.
  void arm_read();
  void arm_write();
  // False after a call that found the socket empty (or full) until the notification.
  [[nodiscard]] bool readable() const noexcept;
  [[nodiscard]] bool writable() const noexcept;

  [[nodiscard]] IoResult read(std::span<char> buffer) noexcept;
  [[nodiscard]] IoResult write(std::span<const iovec> pieces) noexcept;
  // For those who call the system themselves (TLS, accept, connect) and were told EAGAIN.
  void mark_unreadable() noexcept;
  void mark_unwritable() noexcept;

 private:
  [[nodiscard]] IoResult write(const iovec& piece) noexcept;
  [[nodiscard]] IoResult write_failed(int error) noexcept;

  struct State;
  State* state_ = nullptr;
};

}  // namespace vmcpauth::proxy
