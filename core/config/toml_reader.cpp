// TOML through toml++, which keeps the place of every key and value.
#include "core/config/document.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/config/toml_text.hpp"

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

// toml++ holds some hundred bytes for every value; nobody's overlay is larger.
constexpr std::size_t kMaxTomlBytes = std::size_t{1} << 20U;

struct TooComplex {
  Span at;
  std::string message;
};

std::string too_deep(const ReadLimits& limits) { return fmt::format("nested deeper than {} levels", limits.max_depth); }

class TomlConverter {
 public:
  TomlConverter(const Sources& sources, FileId file, const ReadLimits& limits) : sources_(sources), file_(file), limits_(limits) {
    const auto text = sources.text(file);
    for (std::uint32_t at = 0; at < text.size(); ++at) {
      if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) characters_.push_back(at);
    }
    characters_.push_back(static_cast<std::uint32_t>(text.size()));
  }

  // Throws TooComplex.
  Node convert(const toml::node& from, int depth = 0) {
    Node node;
    node.at = span(from.source());
    if (depth > limits_.max_depth) throw TooComplex{node.at, too_deep(limits_)};
    if (++nodes_ > limits_.max_nodes) throw TooComplex{node.at, fmt::format("more than {} values", limits_.max_nodes)};
    if (const auto* table = from.as_table()) {
      node.kind = NodeKind::Mapping;
      for (const auto& [key, value] : *table) {
        const Span key_at = span(key.source());
        node.members.push_back({std::string(key.str()), key_at, convert(value, depth + 1)});
      }
    } else if (const auto* array = from.as_array()) {
      node.kind = NodeKind::Sequence;
      for (const auto& item : *array) node.items.push_back(convert(item, depth + 1));
    } else {
      convert_scalar(from, node);
    }
    return node;
  }

  [[nodiscard]] Span span(const toml::source_region& region) const {
    if (!region.begin) return {file_, 0, 1};
    const auto from = offset_of(region.begin);
    const auto to = region.end ? offset_of(region.end) : from + 1;
    return {file_, from, to > from ? to - from : 1};
  }

 private:
  // Sources::offset_of counts along the line: too dear for a line of a hundred thousand values.
  [[nodiscard]] std::uint32_t offset_of(const toml::source_position& position) const {
    const auto line = std::lower_bound(characters_.begin(), characters_.end(), sources_.offset_of(file_, position.line, 1));
    const auto index = static_cast<std::size_t>(line - characters_.begin()) + std::max<std::uint32_t>(position.column, 1) - 1;
    return characters_[std::min(index, characters_.size() - 1)];
  }

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
  const ReadLimits& limits_;
  std::size_t nodes_ = 0;
  std::vector<std::uint32_t> characters_;  // where each begins, and the end
};

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
  auto bounded = limits;
  bounded.max_bytes = std::min(limits.max_bytes, kMaxTomlBytes);
  if (!check_text(sources, file, diagnostics, bounded)) return out;
  TomlConverter converter(sources, file, limits);
  const auto text = sources.text(file);
  if (const auto deep = too_deep_in_toml(text, static_cast<std::size_t>(limits.max_depth))) {
    diagnostics.report(Rule::TooComplex, Span{file, static_cast<std::uint32_t>(*deep), 1}, too_deep(limits));
    return out;
  }
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
  } catch (const TooComplex& problem) {
    diagnostics.report(Rule::TooComplex, problem.at, problem.message);
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
