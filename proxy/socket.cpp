#include "proxy/socket.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace vmcpauth::proxy {

struct Socket::State final : Watched {
  IoThread& thread;
  int descriptor;
  Wakeup* wakeup = nullptr;
  bool read_wanted = false;
  bool write_wanted = false;
  bool readable = true;
  bool writable = true;
  bool ended = false;  // the end of the stream is behind what can be read: no more edges come

  State(IoThread& io, int fd) : thread(io), descriptor(fd) { io.watch(*this, fd); }

  void on_events(std::uint32_t events) override {
    const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
    if ((events & EPOLLRDHUP) != 0 || broken) ended = true;
    bool wanted = false;
    if ((events & (EPOLLIN | EPOLLRDHUP)) != 0 || broken) {
      readable = true;
      wanted = std::exchange(read_wanted, false);
    }
    if ((events & EPOLLOUT) != 0 || broken) {
      writable = true;
      wanted = std::exchange(write_wanted, false) || wanted;
    }
    if (wanted && wakeup != nullptr) wakeup->notify();
  }
};

Socket::Socket(IoThread& thread, int descriptor) : state_(new State(thread, descriptor)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::exchange(other.state_, nullptr);
  }
  return *this;
}

int Socket::descriptor() const noexcept { return state_ == nullptr ? -1 : state_->descriptor; }

void Socket::close() noexcept {
  if (state_ == nullptr) return;
  State* state = std::exchange(state_, nullptr);
  state->wakeup = nullptr;
  ::close(state->descriptor);
  state->thread.bury(std::unique_ptr<Watched>(state));
}

void Socket::attach(Wakeup* wakeup) noexcept { state_->wakeup = wakeup; }

void Socket::arm_read() {
  if (!state_->readable) {
    state_->read_wanted = true;
  } else if (state_->wakeup != nullptr) {
    state_->wakeup->notify_soon();
  }
}

void Socket::arm_write() {
  if (!state_->writable) {
    state_->write_wanted = true;
  } else if (state_->wakeup != nullptr) {
    state_->wakeup->notify_soon();
  }
}

bool Socket::readable() const noexcept { return state_->readable; }
bool Socket::writable() const noexcept { return state_->writable; }
void Socket::mark_unreadable() noexcept { state_->readable = state_->ended; }
void Socket::mark_unwritable() noexcept { state_->writable = false; }

IoResult Socket::read(std::span<char> buffer) noexcept {
  while (true) {
    const auto n = ::recv(descriptor(), buffer.data(), buffer.size(), 0);
    if (n > 0) {
      // A short read took everything there was: the next byte makes a new edge (epoll(7)), a known end does not.
      if (static_cast<std::size_t>(n) < buffer.size()) state_->readable = state_->ended;
      return {IoResult::Status::Ok, static_cast<std::size_t>(n)};
    }
    if (n == 0) return {IoResult::Status::Eof};
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return {IoResult::Status::Failed, 0, errno};
    state_->readable = false;
    return {IoResult::Status::WouldBlock};
  }
}

IoResult Socket::write(const iovec& piece) noexcept {
  while (true) {
    const auto n = ::send(descriptor(), piece.iov_base, piece.iov_len, MSG_NOSIGNAL);
    if (n >= 0) return {IoResult::Status::Ok, static_cast<std::size_t>(n)};
    if (errno == EINTR) continue;
    return write_failed(errno);
  }
}

IoResult Socket::write_failed(int error) noexcept {
  if (error != EAGAIN && error != EWOULDBLOCK) return {IoResult::Status::Failed, 0, error};
  state_->writable = false;
  return {IoResult::Status::WouldBlock};
}

IoResult Socket::write(std::span<const iovec> pieces) noexcept {
  if (pieces.size() == 1) return write(pieces.front());
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast): sendmsg only reads it
  message.msg_iovlen = pieces.size();
  while (true) {
    const auto n = ::sendmsg(descriptor(), &message, MSG_NOSIGNAL);
    if (n >= 0) return {IoResult::Status::Ok, static_cast<std::size_t>(n)};
    if (errno == EINTR) continue;
    return write_failed(errno);
  }
}

}  // namespace vmcpauth::proxy
