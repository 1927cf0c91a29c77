// TOML through toml++, which keeps the place of every key and value.
#include "core/config/document.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

// toml++ 3.3 asserts where it should report ("[`x]"). In debug builds that ends the process, with NDEBUG it becomes an
// assumption; both are wrong for a file somebody wrote. Here a failed assertion is an exception in every build.
struct VmcpauthTomlAssertion {};
static constexpr void vmcpauth_toml_assert(bool holds) {
  if (!holds) throw VmcpauthTomlAssertion{};
}
#undef NDEBUG
#define TOML_ASSERT(expression) vmcpauth_toml_assert(static_cast<bool>(expression))
#include <toml++/toml.h>

namespace vmcpauth::config {
namespace {

class TomlConverter {
 public:
  TomlConverter(const Sources& sources, FileId file) : sources_(sources), file_(file) {}

  Node convert(const toml::node& from) {
    Node node;
    node.at = span(from.source());
    if (const auto* table = from.as_table()) {
      node.kind = NodeKind::Mapping;
      for (const auto& [key, value] : *table) {
        const Span key_at = span(key.source());
        node.members.push_back({std::string(key.str()), key_at, convert(value)});
      }
    } else if (const auto* array = from.as_array()) {
      node.kind = NodeKind::Sequence;
      for (const auto& item : *array) node.items.push_back(convert(item));
    } else {
      convert_scalar(from, node);
    }
    return node;
  }

  [[nodiscard]] Span span(const toml::source_region& region) const {
    if (!region.begin) return {file_, 0, 1};
    const auto from = sources_.offset_of(file_, region.begin.line, region.begin.column);
    const auto to = region.end ? sources_.offset_of(file_, region.end.line, region.end.column) : from + 1;
    return {file_, from, to > from ? to - from : 1};
  }

 private:
  template <class T>
  static std::string print(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
  }

  void convert_scalar(const toml::node& from, Node& node) {
    if (const auto* text = from.as_string()) {
      node.kind = NodeKind::String;
      node.text = text->get();
    } else if (const auto* integer = from.as_integer()) {
      node.kind = NodeKind::Integer;
      node.integer = integer->get();
      node.text = std::to_string(node.integer);
    } else if (const auto* boolean = from.as_boolean()) {
      node.kind = NodeKind::Bool;
      node.boolean = boolean->get();
      node.text = node.boolean ? "true" : "false";
    } else if (from.is_floating_point()) {
      node.kind = NodeKind::Float;
      node.text = print(from.as_floating_point()->get());
    } else {
      node.kind = NodeKind::String;
      if (from.is_date()) node.text = print(from.as_date()->get());
      if (from.is_time()) node.text = print(from.as_time()->get());
      if (from.is_date_time()) node.text = print(from.as_date_time()->get());
    }
  }

  const Sources& sources_;
  FileId file_;
};

// Past a string that starts at `at`; multi-line strings may span lines, others end at the line's end at the latest.
std::size_t skip_string(std::string_view text, std::size_t at, bool multiline) {
  const char quote = text[at];
  const std::string_view close = multiline ? text.substr(at, 3) : text.substr(at, 1);
  for (at += close.size(); at < text.size(); ++at) {
    if (text.substr(at).starts_with(close)) return at + close.size();
    if (!multiline && text[at] == '\n') return at;
    if (quote == '"' && text[at] == '\\') ++at;
  }
  return text.size();
}

bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// First byte that is not ASCII in a multi-line string of a valid document.
std::size_t wide_in_multiline(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      const bool multiline = text.substr(at).starts_with(std::string(3, c));
      const auto end = skip_string(text, at, multiline);
      const auto* wide = std::find_if(text.data() + at, text.data() + end, is_wide);
      if (multiline && wide != text.data() + end) return static_cast<std::size_t>(wide - text.data());
      at = end;
    } else {
      ++at;
    }
  }
  return std::string_view::npos;
}

// The same text with a question mark for every character that is not ASCII: lines and columns stay.
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

bool trips_assertion(std::string_view text) {
  try {
    static_cast<void>(toml::parse(text));
  } catch (const VmcpauthTomlAssertion&) {
    return true;
  } catch (const std::exception&) {
    return false;
  }
  return false;
}

// The first line (1-based) that toml++ cannot cope with: an assertion says no position, but it trips for exactly
// those beginnings of the text that have the line.
std::uint32_t assertion_line(std::string_view text) {
  std::vector<std::size_t> ends;
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ends.push_back(at + 1);
  const auto first = std::partition_point(ends.begin(), ends.end(), [&](std::size_t end) { return !trips_assertion(text.substr(0, end)); });
  return static_cast<std::uint32_t>(first - ends.begin()) + 1;
}

}  // namespace

std::vector<Node> read_toml(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits) {
  std::vector<Node> out;
  if (!check_text(sources, file, diagnostics, limits)) return out;
  TomlConverter converter(sources, file);
  const auto text = sources.text(file);
  try {
    // toml++ 3.3 has undefined behaviour (an "unreachable" in its white-space table) when it meets a character beyond
    // ASCII outside of comments and strings. So the ASCII form must parse first; then there are none.
    const bool wide = std::any_of(text.begin(), text.end(), is_wide);
    if (wide) {
      static_cast<void>(toml::parse(ascii_of(text)));
      if (const auto at = wide_in_multiline(text); at != std::string_view::npos) {
        diagnostics.report(Rule::TomlSyntax, Span{file, static_cast<std::uint32_t>(at), 1}, "a multi-line string must be ASCII");
        return out;
      }
    }
    out.push_back(converter.convert(toml::parse(text)));
  } catch (const toml::parse_error& problem) {
    Span at = converter.span(problem.source());
    at.length = 1;
    mask_unread_line(sources, at);
    diagnostics.report(Rule::TomlSyntax, at, std::string(problem.description()));
  } catch (const VmcpauthTomlAssertion&) {
    const Span at{file, sources.offset_of(file, assertion_line(ascii_of(text)), 1), 1};
    mask_unread_line(sources, at);
    diagnostics.report(Rule::TomlSyntax, at, "this line is not TOML");
  } catch (const std::exception&) {
    diagnostics.report(Rule::TomlSyntax, Span{file, 0, 1}, "this file cannot be read");
  }
  return out;
}

}  // namespace vmcpauth::config
