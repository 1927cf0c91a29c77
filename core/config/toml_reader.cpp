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

// Start of the first line that toml++ cannot cope with: an assertion says no position, but it trips for exactly
// those beginnings of the text that have the line.
std::uint32_t assertion_offset(std::string_view text) {
  std::vector<std::size_t> ends;
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ends.push_back(at + 1);
  const auto first = std::partition_point(ends.begin(), ends.end(), [&](std::size_t end) { return !trips_assertion(text.substr(0, end)); });
  return first == ends.begin() ? 0 : static_cast<std::uint32_t>(*(first - 1));
}

}  // namespace

std::vector<Node> read_toml(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits) {
  std::vector<Node> out;
  if (!check_text(sources, file, diagnostics, limits)) return out;
  TomlConverter converter(sources, file);
  try {
    const auto table = toml::parse(sources.text(file));
    out.push_back(converter.convert(table));
  } catch (const toml::parse_error& problem) {
    Span at = converter.span(problem.source());
    at.length = 1;
    mask_unread_line(sources, at);
    diagnostics.report(Rule::TomlSyntax, at, std::string(problem.description()));
  } catch (const VmcpauthTomlAssertion&) {
    const Span at{file, assertion_offset(sources.text(file)), 1};
    mask_unread_line(sources, at);
    diagnostics.report(Rule::TomlSyntax, at, "this line is not TOML");
  } catch (const std::exception&) {
    diagnostics.report(Rule::TomlSyntax, Span{file, 0, 1}, "this file cannot be read");
  }
  return out;
}

}  // namespace vmcpauth::config
