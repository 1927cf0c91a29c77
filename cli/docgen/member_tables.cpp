#include "cli/docgen/member_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace vmcpauth::cli::docgen {

namespace {

std::string link(const JsonShape& shape) {
  std::string anchor(shape.name);
  std::erase(anchor, '\'');
  std::ranges::replace(anchor, ' ', '-');
  return fmt::format("[{}](#{})", shape.name, anchor);
}

std::string type_of(const JsonMember& member) {
  switch (member.type) {
    case JsonType::Text: return "text";
    case JsonType::Number: return "number";
    case JsonType::Flag: return "true or false";
    case JsonType::Texts: return "list of text";
    case JsonType::Any: return "any";
    case JsonType::Object: return link(*member.shape);
    case JsonType::List: return "list of " + link(*member.shape);
  }
  return {};
}

std::string table(const JsonShape& shape) {
  std::string out = "| member | type | meaning |\n|---|---|---|\n";
  for (const auto& member : shape.members) {
    const auto when = member.when.empty() ? std::string() : fmt::format(" Only when {}.", member.when);
    out += fmt::format("| `{}` | {} | {}{} |\n", member.name, type_of(member), member.meaning, when);
  }
  return out;
}

}  // namespace

std::string MemberTables::of(const JsonShape& shape) {
  there_.insert(&shape);
  auto out = table(shape);
  std::vector<const JsonShape*> open{&shape};
  for (std::size_t i = 0; i < open.size(); ++i) {
    for (const auto& member : open[i]->members) {
      if (member.shape == nullptr || !there_.insert(member.shape).second) continue;
      out += fmt::format("\n### {}\n\n{}", member.shape->name, table(*member.shape));
      open.push_back(member.shape);
    }
  }
  return out;
}

std::string MemberTables::part(const JsonShape& shape, std::string_view heading) { return fmt::format("\n### {}\n\n", heading) + of(shape); }

}  // namespace vmcpauth::cli::docgen
