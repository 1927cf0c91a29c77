#include "proxy/stream.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kTlsRecord = 16U << 10U;

}  // namespace

void Stream::close() noexcept {
  if (!socket_) return;
  if (tls_) tls_->shutdown();
  tls_.reset();
  socket_.close();
}

void Stream::abort() noexcept {
  if (!socket_) return;
  const linger now{1, 0};
  ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  tls_.reset();
  socket_.close();
}

IoResult Stream::blocked(TlsSession::Step step, bool& other_way, bool reading) noexcept {
  if (!step.result.would_block()) return step.result;
  const bool needs_read = step.need == TlsSession::Need::Read;
  other_way = needs_read != reading;
  needs_read ? socket_.mark_unreadable() : socket_.mark_unwritable();
  return step.result;
}

IoResult Stream::read(std::span<char> buffer) noexcept {
  if (!tls_) return socket_.read(buffer);
  read_needs_write_ = false;
  return blocked(tls_->read(buffer), read_needs_write_, true);
}

IoResult Stream::write(std::span<const iovec> pieces) noexcept {
  if (!tls_) return socket_.write(pieces);
  // One record from the first bytes; a retry must begin with the same bytes and callers keep them in order.
  std::array<char, kTlsRecord> record;
  std::size_t size = 0;
  for (const auto& piece : pieces) {
    const auto n = std::min(piece.iov_len, record.size() - size);
    std::memcpy(record.data() + size, piece.iov_base, n);
    size += n;
  }
  write_needs_read_ = false;
  return blocked(tls_->write({record.data(), size}), write_needs_read_, false);
}

IoResult Stream::write(std::string_view bytes) noexcept {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};  // NOLINT(cppcoreguidelines-pro-type-const-cast): only read
  return write({&piece, 1});
}

}  // namespace vmcpauth::proxy
