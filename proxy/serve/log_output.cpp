#include "proxy/serve/log_output.hpp"

#include <unistd.h>

#include <cerrno>
#include <string>

#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxPending = 16U << 10U;

void write_out(std::string_view lines) {
  while (!lines.empty()) {
    const auto put = ::write(STDERR_FILENO, lines.data(), lines.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return;
    lines.remove_prefix(static_cast<std::size_t>(put));
  }
}

// The lines of this turn of one loop.
class Pending final : public Deadline {
 public:
  ~Pending() override { flush(); }
  void add(IoThread& thread, std::string_view line) {
    lines_ += line;
    if (lines_.size() >= kMaxPending) {
      flush();
    } else if (!linked()) {
      thread.expire_soon(*this);
    }
  }
  void expired() override { flush(); }

 private:
  void flush() {
    write_out(lines_);
    lines_.clear();
  }
  std::string lines_;
};

}  // namespace

void write_log_line(std::string_view line) {
  thread_local Pending pending;
  if (auto* thread = IoThread::current()) {
    pending.add(*thread, line);
  } else {
    write_out(line);
  }
}

}  // namespace vmcpauth::proxy
