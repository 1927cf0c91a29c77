#include "core/config/toml_text.hpp"

#include <algorithm>
#include <vector>

namespace vmcpauth::config {
namespace {

bool is_multiline(std::string_view text, std::size_t at) { return text.substr(at).starts_with(std::string(3, text[at])); }

// Past a string that starts at `at`; multi-line strings may span lines, others end at the line's end at the latest.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool multiline = is_multiline(text, at);
  const std::string close(multiline ? 3 : 1, quote);
  for (at += close.size(); at < text.size(); ++at) {
    if (text.substr(at).starts_with(close)) {
      at += close.size();
      // One or two quotes may stand right before the end of a multi-line string.
      for (int extra = 0; multiline && extra < 2 && at < text.size() && text[at] == quote; ++extra) ++at;
      return at;
    }
    if (!multiline && text[at] == '\n') return at;
    if (quote == '"' && text[at] == '\\') ++at;
  }
  return text.size();
}

// Calls see(position) for every byte outside of strings and comments, until it says false.
template <class See>
void outside_strings(std::string_view text, See see) {
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      at = skip_string(text, at);
    } else if (see(at)) {
      ++at;
    } else {
      return;
    }
  }
}

// How deep the statement at hand is: dots since the last comma, for every bracket that is open.
class Depth {
 public:
  std::size_t take(char c) {
    if (c == '.') {
      ++open_.back(), ++total_;
    } else if (c == ',' || (c == '\n' && open_.size() == 1)) {
      total_ -= open_.back();
      open_.back() = 0;
    } else if (c == '[' || c == '{') {
      open_.push_back(1), ++total_;
    } else if ((c == ']' || c == '}') && open_.size() > 1) {
      total_ -= open_.back();
      open_.pop_back();
    }
    return total_;
  }

 private:
  std::vector<std::size_t> open_{0};
  std::size_t total_ = 0;
};

}  // namespace

std::optional<std::size_t> too_deep_in_toml(std::string_view text, std::size_t levels) {
  std::optional<std::size_t> found;
  Depth depth;
  outside_strings(text, [&](std::size_t at) {
    if (depth.take(text[at]) > levels) found = at;
    return !found;
  });
  return found;
}

bool is_wide(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80; }

std::size_t wide_in_multiline(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      const auto end = skip_string(text, at);
      const auto* wide = std::find_if(text.data() + at, text.data() + end, is_wide);
      if (is_multiline(text, at) && wide != text.data() + end) return static_cast<std::size_t>(wide - text.data());
      at = end;
    } else {
      ++at;
    }
  }
  return std::string_view::npos;
}

std::string ascii_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_wide(c))
      out += c;
    else if ((static_cast<unsigned char>(c) & 0xC0U) == 0xC0U)
      out += '?';
  }
  return out;
}

}  // namespace vmcpauth::config
