#include "core/config/source.hpp"

#include <algorithm>

#include "core/config/shown_text.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kMask = "[redacted]";
constexpr std::size_t kMaxShown = 160;

std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

// Keeps `text` within kMaxShown characters around the caret.
void shorten(Excerpt& excerpt) {
  if (characters(excerpt.text) <= kMaxShown) return;
  const std::size_t skip = excerpt.caret_column > kMaxShown / 2 ? excerpt.caret_column - kMaxShown / 2 : 0;
  std::string out = skip > 0 ? "…" : "";
  std::size_t index = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < excerpt.text.size(); ++i) {
    if (i > 0 && !is_continuation(excerpt.text[i])) ++index;
    if (index < skip) continue;
    if (!is_continuation(excerpt.text[i]) && ++kept > kMaxShown) break;
    out += excerpt.text[i];
  }
  if (kept > kMaxShown) out += "…";
  excerpt.text = std::move(out);
  excerpt.caret_column = excerpt.caret_column - skip + (skip > 0 ? 1 : 0);
  excerpt.caret_length = std::min(excerpt.caret_length, kMaxShown + 1 - std::min(kMaxShown, excerpt.caret_column));
}

// The bytes of the first `count` characters.
std::string_view head(std::string_view text, std::size_t count) noexcept {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!is_continuation(text[at]) && count-- == 0) break;
  }
  return text.substr(0, at);
}

// Turns the caret's characters into a terminal's cells.
void measure(Excerpt& excerpt) {
  const auto before = head(excerpt.text, excerpt.caret_column);
  const auto marked = head(std::string_view(excerpt.text).substr(before.size()), excerpt.caret_length);
  const auto beyond = excerpt.caret_length - std::min(excerpt.caret_length, characters(marked));
  excerpt.caret_column += cells(before) - characters(before);
  excerpt.caret_length = std::max<std::size_t>(cells(marked) + beyond, 1);
}

}  // namespace

FileId Sources::add(std::string name, std::string text) {
  files_.push_back({.name = std::move(name), .text = {}, .line_starts = {0}, .secrets = {}});
  const auto file = static_cast<FileId>(files_.size() - 1);
  fill(file, std::move(text));
  return file;
}

void Sources::fill(FileId id, std::string text) {
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  File& file = files_.at(id);
  file.text = std::move(text);
  file.line_starts = {0};
  for (std::size_t at = file.text.find('\n'); at != std::string::npos; at = file.text.find('\n', at + 1)) {
    file.line_starts.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

std::string_view Sources::text(const Span& span) const {
  const std::string_view whole = text(span.file);
  if (span.offset >= whole.size()) return {};
  return whole.substr(span.offset, span.length);
}

std::size_t Sources::line_index(const File& file, std::uint32_t offset) const {
  const auto next = std::upper_bound(file.line_starts.begin(), file.line_starts.end(), offset);
  return static_cast<std::size_t>(next - file.line_starts.begin()) - 1;
}

Location Sources::locate(const Span& span) const {
  const File& file = files_.at(span.file);
  const auto offset = std::min(span.offset, static_cast<std::uint32_t>(file.text.size()));
  const std::size_t line = line_index(file, offset);
  const auto start = file.line_starts[line];
  const std::size_t column = characters(std::string_view(file.text).substr(start, offset - start));
  return {static_cast<std::uint32_t>(line + 1), static_cast<std::uint32_t>(column + 1)};
}

std::uint32_t Sources::offset_of(FileId id, std::uint32_t line, std::uint32_t column) const {
  const File& file = files_.at(id);
  if (line == 0 || line > file.line_starts.size()) return static_cast<std::uint32_t>(file.text.size());
  std::size_t at = file.line_starts[line - 1];
  for (std::uint32_t seen = 1; at < file.text.size() && file.text[at] != '\n'; ++at) {
    if (is_continuation(file.text[at])) continue;
    if (seen++ == column) break;
  }
  return static_cast<std::uint32_t>(at);
}

Excerpt Sources::excerpt(const Span& span) const {
  const File& file = files_.at(span.file);
  const auto offset = std::min(span.offset, static_cast<std::uint32_t>(file.text.size()));
  const std::size_t index = line_index(file, offset);
  const std::uint32_t start = file.line_starts[index];
  std::uint32_t end = index + 1 < file.line_starts.size() ? file.line_starts[index + 1] - 1 : static_cast<std::uint32_t>(file.text.size());
  if (end > start && file.text[end - 1] == '\r') --end;
  const std::uint32_t caret_end = std::clamp(offset + span.length, offset, std::max(end, offset));

  std::vector<Span> masked;
  for (const auto& secret : file.secrets) {
    if (secret.offset < end && secret.offset + secret.length > start) masked.push_back(secret);
  }
  std::sort(masked.begin(), masked.end(), [](const Span& a, const Span& b) { return a.offset < b.offset; });

  Excerpt out;
  std::size_t caret_from = 0;
  std::size_t caret_to = 0;
  bool caret_seen = false;
  // Copies [from, to) and notes where the caret's ends fall in what is shown.
  const auto copy = [&](std::uint32_t from, std::uint32_t to, bool mask) {
    if (offset >= from && offset < to && !caret_seen) {
      caret_from = characters(out.text);
      if (!mask) caret_from += characters(std::string_view(file.text).substr(from, offset - from));
      caret_seen = true;
    }
    const std::size_t before = characters(out.text);
    if (mask) {
      if (!out.text.ends_with(kMask)) out.text += kMask;
    } else {
      append_shown(out.text, std::string_view(file.text).substr(from, to - from));
    }
    if (caret_end > from && caret_end <= to) {
      caret_to = mask ? characters(out.text) : before + characters(std::string_view(file.text).substr(from, caret_end - from));
    }
  };
  std::uint32_t at = start;
  for (const auto& secret : masked) {
    const auto from = std::max(secret.offset, at);
    const auto to = std::min(secret.offset + secret.length, end);
    if (to <= from) continue;
    if (from > at) copy(at, from, false);
    copy(from, to, true);
    at = to;
  }
  if (at < end) copy(at, end, false);
  out.caret_column = caret_seen ? caret_from : characters(out.text);
  out.caret_length = caret_to > out.caret_column ? caret_to - out.caret_column : 1;
  shorten(out);
  measure(out);
  return out;
}

void Sources::mark_secret(const Span& span) {
  if (!span.valid() || span.length == 0) return;
  files_.at(span.file).secrets.push_back(span);
}

}  // namespace vmcpauth::config
