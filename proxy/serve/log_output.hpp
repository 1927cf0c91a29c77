// Where the log of `serve` goes: standard error. Used by serve.cpp and for the line of each request.
#pragma once

#include <string_view>

namespace vmcpauth::proxy {

// A whole line, with its line break. Lines of several threads never mix. Thread-safe; never fails: when nobody can read
// the log, serving goes on.
void write_log_line(std::string_view line);

// Lines written on an io thread while one of these lives go out together at the end of a turn of its loop, or before the next
// line that is written without. For what is said after a response has gone out: a busy server then makes no system call for each.
class LinesTogether {
 public:
  LinesTogether() noexcept;
  ~LinesTogether();
  LinesTogether(const LinesTogether&) = delete;
  LinesTogether& operator=(const LinesTogether&) = delete;
};

}  // namespace vmcpauth::proxy
