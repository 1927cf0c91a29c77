// The texts configuration was read from, and places in them. Everything that points into a file is a Span (file,
// byte offset, length); lines and columns are worked out only when something is printed. Bytes marked as secret
// are masked in every excerpt.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace vmcpauth::config {

using FileId = std::uint32_t;
inline constexpr FileId kNoFile = std::numeric_limits<FileId>::max();

struct Span {
  FileId file = kNoFile;
  std::uint32_t offset = 0;  // bytes from the start of the text
  std::uint32_t length = 0;

  [[nodiscard]] bool valid() const noexcept { return file != kNoFile; }
  friend bool operator==(const Span&, const Span&) = default;
};

// 1-based; the column counts characters, not bytes.
struct Location {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// One line as it may be shown: secrets masked, tabs as spaces, and where the span lies in what is shown.
struct Excerpt {
  std::string text;
  std::size_t caret_column = 0;  // 0-based, in characters of `text`
  std::size_t caret_length = 1;
};

class Sources {
 public:
  // Keeps the text; a UTF-8 byte order mark is dropped.
  FileId add(std::string name, std::string text);
  // The same in two steps: files are named in order and filled in any, also by several threads, each its own files.
  void fill(FileId file, std::string text);

  [[nodiscard]] std::size_t size() const noexcept { return files_.size(); }
  [[nodiscard]] const std::string& name(FileId file) const { return files_.at(file).name; }
  [[nodiscard]] std::string_view text(FileId file) const { return files_.at(file).text; }
  [[nodiscard]] std::string_view text(const Span& span) const;

  // Where the span starts. Offsets past the end mean the end.
  [[nodiscard]] Location locate(const Span& span) const;
  // Byte offset of a 1-based line and character column (for readers that report those).
  [[nodiscard]] std::uint32_t offset_of(FileId file, std::uint32_t line, std::uint32_t column) const;
  // The line the span starts in; the caret stays within that line and within 160 characters.
  [[nodiscard]] Excerpt excerpt(const Span& span) const;

  // These bytes are never shown.
  void mark_secret(const Span& span);

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<std::uint32_t> line_starts;
    std::vector<Span> secrets;
  };
  [[nodiscard]] std::size_t line_index(const File& file, std::uint32_t offset) const;
  std::deque<File> files_;
};

}  // namespace vmcpauth::config
