// Findings as text for people: `file:line:col: error[VMA203]: message`, the source line, a caret, the places that
// belong to it and a hint. Model: ninja's and rustc's excerpts.
#pragma once

#include <string>

#include "core/config/diagnostic.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config {

struct RenderOptions {
  bool colour = false;
  bool excerpts = true;
};

[[nodiscard]] std::string render(const Diagnostic& diagnostic, const Sources& sources, const RenderOptions& options = {});
// Every finding in order, without a summary line.
[[nodiscard]] std::string render(const Diagnostics& diagnostics, const Sources& sources, const RenderOptions& options = {});
// "2 errors, 1 warning in 3 files".
[[nodiscard]] std::string summary(const Diagnostics& diagnostics, std::size_t files);

}  // namespace vmcpauth::config
