#include "core/config/render.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "core/base/encoding.hpp"

namespace vmcpauth::config {
namespace {

// Far beyond what a path or a message has: the bound is a courtesy to terminals.
constexpr std::size_t kMaxLine = 4096;

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::Error: return "\x1b[1;31m";
    case Severity::Warning: return "\x1b[1;33m";
    case Severity::Note: return "\x1b[1;36m";
  }
  return kBold;
}

std::string paint(std::string_view style, std::string_view text, const RenderOptions& options) {
  return options.colour ? fmt::format("{}{}{}", style, text, kReset) : std::string(text);
}

std::string place(const Span& at, const Sources& sources) {
  if (!at.valid()) return "vmcpauth";
  const auto [line, column] = sources.locate(at);
  return fmt::format("{}:{}:{}", printable(sources.name(at.file), kMaxLine), line, column);
}

void append_excerpt(std::string& out, const Span& at, std::string_view style, std::string_view note, const Sources& sources, const RenderOptions& options) {
  if (!at.valid() || sources.text(at.file).empty()) return;
  const auto excerpt = sources.excerpt(at);
  const auto number = fmt::format("{:>5}", sources.locate(at).line);
  out += fmt::format("{} {}\n", paint(kDim, number + " |", options), excerpt.text);
  const std::string caret = std::string(excerpt.caret_length > 1 ? excerpt.caret_length - 1 : 0, '~');
  out += fmt::format("{} {}{}{}{}\n", paint(kDim, "      |", options), std::string(excerpt.caret_column, ' '), paint(style, "^" + caret, options),
                     note.empty() ? "" : " ", note);
}

void append_hint(std::string& out, std::string_view hint, const RenderOptions& options) {
  std::string_view lead = "  hint: ";
  while (!hint.empty()) {
    const auto end = hint.find('\n');
    out += fmt::format("{}{}\n", paint(kBold, lead, options), printable(hint.substr(0, end), kMaxLine));
    hint = end == std::string_view::npos ? std::string_view{} : hint.substr(end + 1);
    lead = "        ";
  }
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const Sources& sources, const RenderOptions& options) {
  const auto style = colour_of(diagnostic.severity);
  const auto head = fmt::format("{}[{}]", to_string(diagnostic.severity), rule_id(diagnostic.rule));
  std::string out =
      fmt::format("{}: {}: {}\n", paint(kBold, place(diagnostic.at, sources), options), paint(style, head, options), printable(diagnostic.message, kMaxLine));
  if (!options.excerpts) return out;
  append_excerpt(out, diagnostic.at, style, "", sources, options);
  for (const auto& label : diagnostic.labels) {
    out += fmt::format("  {}: {}\n", place(label.at, sources), printable(label.text, kMaxLine));
    append_excerpt(out, label.at, kBold, "", sources, options);
  }
  append_hint(out, diagnostic.hint, options);
  return out;
}

std::string render(const Diagnostics& diagnostics, const Sources& sources, const RenderOptions& options) {
  std::string out;
  for (const auto& diagnostic : diagnostics.all()) out += render(diagnostic, sources, options);
  return out;
}

std::string summary(const Diagnostics& diagnostics, std::size_t files) {
  const auto counted = [](std::size_t n, std::string_view noun) { return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s"); };
  std::string out;
  const auto add = [&](Severity severity) {
    const auto n = diagnostics.count(severity);
    if (n > 0) out += (out.empty() ? "" : ", ") + counted(n, to_string(severity));
  };
  add(Severity::Error);
  add(Severity::Warning);
  add(Severity::Note);
  return fmt::format("{} in {}", out.empty() ? "no findings" : out, counted(files, "file"));
}

}  // namespace vmcpauth::config
