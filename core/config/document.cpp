#include "core/config/document.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/encoding.hpp"

namespace vmcpauth::config {
namespace {

// Length of a valid UTF-8 sequence at the start of `text`, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_valid_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

std::size_t first_invalid(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const auto length = sequence_length(text.substr(at, 4));
    if (length == 0) return at;
    at += length;
  }
  return text.size();
}

bool is_forbidden_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

std::string_view line_of(std::string_view text, std::uint32_t offset) {
  if (offset >= text.size()) return {};
  const auto before = text.rfind('\n', offset == 0 ? 0 : offset - 1);
  const auto start = before == std::string_view::npos || before >= offset ? 0 : before + 1;
  return text.substr(start, std::min(text.find('\n', offset), text.size()) - start);
}

std::string_view describe(NodeKind kind) noexcept {
  switch (kind) {
    case NodeKind::Null: return "nothing";
    case NodeKind::Bool: return "a boolean";
    case NodeKind::Integer: return "an integer";
    case NodeKind::Float: return "a number";
    case NodeKind::String: return "a string";
    case NodeKind::Sequence: return "a list";
    case NodeKind::Mapping: return "a mapping";
  }
  return "a value";
}

const Member* Node::find(std::string_view key) const noexcept {
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& member) { return member.key == key; });
  return found == members.end() ? nullptr : &*found;
}

void mask_unread_line(Sources& sources, const Span& at) {
  const auto text = sources.text(at.file);
  const auto line = line_of(text, at.offset);
  if (line.empty()) return;
  const auto start = static_cast<std::size_t>(line.data() - text.data());
  const auto colon = line.find(": ");
  const auto from = colon == std::string_view::npos ? 0 : colon + 2;
  const bool secret_document = text.find("kind: Secret") != std::string_view::npos;
  constexpr std::string_view kWords[] = {"ecret", "oken", "assword", "rivate", "redential", "pikey", "pi_key", "ECRET", "OKEN", "ASSWORD"};
  const bool secret_key =
      std::any_of(std::begin(kWords), std::end(kWords), [&](auto word) { return line.substr(0, from).find(word) != std::string_view::npos; });
  if (secret_document || secret_key) {
    sources.mark_secret({at.file, static_cast<std::uint32_t>(start + from), static_cast<std::uint32_t>(line.size() - from)});
  }
}

bool check_text(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits) {
  const auto text = sources.text(file);
  const auto at = [&](std::size_t offset) { return Span{file, static_cast<std::uint32_t>(offset), 1}; };
  if (text.size() > limits.max_bytes) {
    diagnostics.report(Rule::TooLarge, at(0), fmt::format("the file has {} bytes; at most {} are read", text.size(), limits.max_bytes));
    return false;
  }
  if (!is_valid_utf8(text)) {
    const auto offset = first_invalid(text);
    mask_unread_line(sources, at(offset));
    diagnostics.report(Rule::InvalidUtf8, at(offset), fmt::format("byte 0x{:02X} is not valid UTF-8 here", static_cast<unsigned char>(text[offset])))
        .with_hint("save the file as UTF-8");
    return false;
  }
  const auto bad = std::find_if(text.begin(), text.end(), is_forbidden_control);
  if (bad == text.end()) return true;
  const auto offset = static_cast<std::size_t>(bad - text.begin());
  mask_unread_line(sources, at(offset));
  auto& finding =
      diagnostics.report(Rule::ControlCharacter, at(offset), fmt::format("control character U+{:04X} is not allowed", static_cast<unsigned char>(*bad)));
  if (*bad == '\0') finding.with_hint("the file may be UTF-16 or binary; save it as UTF-8 text");
  return false;
}

}  // namespace vmcpauth::config
