// Colour for the text of the token commands: severities and headings, or nothing when the stream has no colour.
#pragma once

#include <string>
#include <string_view>

#include "core/inspect/observation.hpp"

namespace vmcpauth::cli {

class Paint {
 public:
  explicit Paint(bool colour) : colour_(colour) {}

  [[nodiscard]] std::string bold(std::string_view text) const { return in("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return in("2", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return in("32", text); }
  [[nodiscard]] std::string warning(std::string_view text) const { return in("33", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return in("31", text); }
  [[nodiscard]] std::string severity(inspect::Severity severity, std::string_view text) const {
    switch (severity) {
      case inspect::Severity::Note: return dim(text);
      case inspect::Severity::Warning: return warning(text);
      case inspect::Severity::Problem: return bad(text);
    }
    return std::string(text);
  }

 private:
  [[nodiscard]] std::string in(std::string_view code, std::string_view text) const {
    return colour_ ? "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m" : std::string(text);
  }
  bool colour_;
};

}  // namespace vmcpauth::cli
