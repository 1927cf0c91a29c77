// Finds the end of an HTTP/1 message head in a growing buffer and refuses, line by line, what must not even reach a
// parser: bare CR or LF, NUL and other controls, folded lines, white space around names, too many or too long lines.
// Both sides use it: requests (RFC 9112 §2.2, §3, §5) and backends' responses.
#pragma once

#include <cstddef>
#include <string_view>

namespace vmcpauth::proxy {

struct HeadLimits {
  std::size_t first_line = 8U << 10U;
  std::size_t bytes = 64U << 10U;
  std::size_t headers = 100;
};

class HeadScanner {
 public:
  enum class Verdict { NeedMore, Complete, Malformed, FirstLineTooLong, TooLarge };

  explicit HeadScanner(HeadLimits limits) : limits_(limits) {}

  // Looks at what was appended to `buffer` since the last call; the buffer may move but not lose bytes.
  [[nodiscard]] Verdict scan(std::string_view buffer);
  // After Complete: the head is buffer[begin, end), with its empty line.
  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
  [[nodiscard]] std::size_t end() const noexcept { return line_; }
  // After Malformed: what was wrong, one clause.
  [[nodiscard]] std::string_view reason() const noexcept { return reason_; }

 private:
  [[nodiscard]] Verdict take_line(std::string_view line);
  [[nodiscard]] Verdict malformed(std::string_view reason) noexcept;

  HeadLimits limits_;
  std::size_t begin_ = 0;     // after an empty line before the message
  std::size_t line_ = 0;      // start of the unfinished line
  std::size_t searched_ = 0;  // no LF before this
  std::size_t headers_ = 0;
  bool first_ = true;
  std::string_view reason_;
};

}  // namespace vmcpauth::proxy
