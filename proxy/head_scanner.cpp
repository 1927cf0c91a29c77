#include "proxy/head_scanner.hpp"

#include "core/http/headers.hpp"

namespace vmcpauth::proxy {
HeadScanner::Verdict HeadScanner::malformed(std::string_view reason) noexcept {
  reason_ = reason;
  return Verdict::Malformed;
}

HeadScanner::Verdict HeadScanner::scan(std::string_view buffer) {
  while (true) {
    const auto lf = buffer.find('\n', searched_);
    if (lf == std::string_view::npos) {
      searched_ = buffer.size();
      if (first_ && buffer.size() - line_ > limits_.first_line + 1) return Verdict::FirstLineTooLong;  // its CR may be here
      return buffer.size() - begin_ > limits_.bytes ? Verdict::TooLarge : Verdict::NeedMore;
    }
    if (lf == line_ || buffer[lf - 1] != '\r') return malformed("a line ends without CR");
    const auto line = buffer.substr(line_, lf - 1 - line_);
    const bool leading_empty_line = first_ && line.empty() && line_ == 0;
    line_ = searched_ = lf + 1;
    if (leading_empty_line) {
      begin_ = line_;  // RFC 9112 §2.2: one may be ignored
      continue;
    }
    if (line_ - begin_ > limits_.bytes) return first_ ? Verdict::FirstLineTooLong : Verdict::TooLarge;
    const auto verdict = take_line(line);
    if (verdict != Verdict::NeedMore) return verdict;
  }
}

HeadScanner::Verdict HeadScanner::take_line(std::string_view line) {
  if (http::has_control(line)) return malformed("a control character in the head");
  if (first_) {
    if (line.empty()) return malformed("an empty first line");
    if (line.size() > limits_.first_line) return Verdict::FirstLineTooLong;
    first_ = false;
    return Verdict::NeedMore;
  }
  if (line.empty()) return Verdict::Complete;
  if (line.front() == ' ' || line.front() == '\t') return malformed("a folded header line");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("a header line without a colon");
  if (!http::is_header_name(line.substr(0, colon))) return malformed("a header name that is no token");
  return ++headers_ > limits_.headers ? Verdict::TooLarge : Verdict::NeedMore;
}

}  // namespace vmcpauth::proxy
