// "1200 of about 100000 sessions …" (or of what else is counted) on standard error while something takes longer than a second; gone when it is done.
// Nothing where standard error is no terminal.
#pragma once

#include <cstdint>

#include "cli/world.hpp"

namespace vmcpauth::cli {

class ProgressLine {
 public:
  // `total` 0 = not known.
  ProgressLine(const World& world, std::uint64_t total, const char* of_what = "sessions")
      : world_(world), total_(total), of_what_(of_what), started_(world.clock.steady()), shown_at_(started_) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  void report(std::uint64_t done);
  // Before anything else is printed there.
  void clear();

 private:
  const World& world_;
  std::uint64_t total_;
  const char* of_what_;
  SteadyPoint started_, shown_at_;
  bool shown_ = false;
};

}  // namespace vmcpauth::cli
