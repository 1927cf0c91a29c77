// One regular expression as Go's regexp and so the API server reads it (RE2 syntax, unanchored). Made once from a schema,
// matched for every value.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace vmcpauth::config::crd {

class Pattern {
 public:
  // InvalidInput with RE2's own words.
  [[nodiscard]] static Result<Pattern> compile(std::string_view text);

  // True when the pattern is found anywhere in the value.
  [[nodiscard]] bool found_in(std::string_view value) const;
  [[nodiscard]] const std::string& text() const noexcept;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace vmcpauth::config::crd
