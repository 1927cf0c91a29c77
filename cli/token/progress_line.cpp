#include "cli/token/progress_line.hpp"

#include <fmt/format.h>

#include <ostream>

namespace vmcpauth::cli {

void ProgressLine::report(std::uint64_t done) {
  if (!world_.terminal.error_is_terminal) return;
  const auto now = world_.clock.steady();
  if (now - started_ < std::chrono::seconds(1) || now - shown_at_ < std::chrono::milliseconds(200)) return;
  shown_at_ = now;
  shown_ = true;
  const auto total = total_ > done ? fmt::format(" of about {}", total_) : std::string();
  world_.error << fmt::format("\r\x1b[K{}{} {} …", done, total, of_what_) << std::flush;
}

void ProgressLine::clear() {
  if (shown_) world_.error << "\r\x1b[K" << std::flush;
  shown_ = false;
}

}  // namespace vmcpauth::cli
