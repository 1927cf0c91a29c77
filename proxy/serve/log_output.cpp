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
  void flush() {
    if (lines_.empty()) return;
    write_out(lines_);
    lines_.clear();
  }

 private:
  std::string lines_;
};

Pending& pending_lines() {
  thread_local Pending pending;
  return pending;
}

thread_local bool together = false;

}  // namespace

void write_log_line(std::string_view line) {
  auto* thread = IoThread::current();
  if (thread == nullptr) return write_out(line);
  if (together) return pending_lines().add(*thread, line);
  pending_lines().flush();
  write_out(line);
}

LinesTogether::LinesTogether() noexcept { together = true; }
LinesTogether::~LinesTogether() { together = false; }

}  // namespace vmcpauth::proxy
