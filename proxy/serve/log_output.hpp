// Where the log of `serve` goes: standard error. Lines written on an io thread go out together at the end of that turn of
// its loop, so that a busy server does not make a system call for each; all others at once. Used by serve.cpp.
#pragma once

#include <string_view>

namespace vmcpauth::proxy {

// A whole line, with its line break. Lines of several threads never mix. Thread-safe; never fails: when nobody can read
// the log, serving goes on.
void write_log_line(std::string_view line);

}  // namespace vmcpauth::proxy
