#include "proxy/socket.hpp"

#include <sys/socket.h>

#include <cerrno>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

namespace vmcpauth::proxy {

namespace asio = boost::asio;

// Kept alive by the pending waits too: one may complete after the Socket is gone.
struct Socket::State : boost::intrusive_ref_counter<State, boost::thread_unsafe_counter> {
  asio::posix::stream_descriptor descriptor;
  Wakeup* wakeup = nullptr;
  bool read_armed = false;
  bool write_armed = false;
  bool readable = true;
  bool writable = true;

  State(IoThread& thread, int fd) : descriptor(thread.context(), fd) {}

  void arm(asio::posix::stream_descriptor::wait_type what, bool State::*armed, bool State::*ready) {
    if (this->*armed) return;
    this->*armed = true;
    descriptor.async_wait(what, [self = boost::intrusive_ptr<State>(this), armed, ready](const boost::system::error_code& error) {
      if (error == asio::error::operation_aborted) return;
      (*self).*armed = false;
      (*self).*ready = true;
      if (self->wakeup != nullptr) self->wakeup->notify();
    });
  }
};

Socket::Socket(IoThread& thread, int descriptor) : state_(new State(thread, descriptor)) { intrusive_ptr_add_ref(state_); }

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::exchange(other.state_, nullptr);
  }
  return *this;
}

int Socket::descriptor() const noexcept { return state_ == nullptr ? -1 : state_->descriptor.native_handle(); }

void Socket::close() noexcept {
  if (state_ == nullptr) return;
  state_->wakeup = nullptr;
  boost::system::error_code ignored;
  state_->descriptor.close(ignored);
  intrusive_ptr_release(std::exchange(state_, nullptr));
}

void Socket::attach(Wakeup* wakeup) noexcept { state_->wakeup = wakeup; }
void Socket::arm_read() { state_->arm(asio::posix::stream_descriptor::wait_read, &State::read_armed, &State::readable); }
void Socket::arm_write() { state_->arm(asio::posix::stream_descriptor::wait_write, &State::write_armed, &State::writable); }
bool Socket::readable() const noexcept { return state_->readable; }
bool Socket::writable() const noexcept { return state_->writable; }
void Socket::mark_unreadable() noexcept { state_->readable = false; }
void Socket::mark_unwritable() noexcept { state_->writable = false; }

IoResult Socket::read(std::span<char> buffer) noexcept {
  while (true) {
    const auto n = ::recv(descriptor(), buffer.data(), buffer.size(), 0);
    if (n > 0) {
      // A short read took everything there was; arming looks at the level again, so nothing is missed.
      if (static_cast<std::size_t>(n) < buffer.size()) state_->readable = false;
      return {IoResult::Status::Ok, static_cast<std::size_t>(n)};
    }
    if (n == 0) return {IoResult::Status::Eof};
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return {IoResult::Status::Failed, 0, errno};
    state_->readable = false;
    return {IoResult::Status::WouldBlock};
  }
}

IoResult Socket::write(std::span<const iovec> pieces) noexcept {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  while (true) {
    const auto n = ::sendmsg(descriptor(), &message, MSG_NOSIGNAL);
    if (n >= 0) return {IoResult::Status::Ok, static_cast<std::size_t>(n)};
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return {IoResult::Status::Failed, 0, errno};
    state_->writable = false;
    return {IoResult::Status::WouldBlock};
  }
}

}  // namespace vmcpauth::proxy
