#include "core/config/rendition/tree.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/config/yaml_scalar.hpp"

namespace vmcpauth::config::rendition {
namespace {

bool is_plain_safe(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/'; };
  const auto safe = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == ':' || c == '+'; };
  if (text.empty() || !letter(text.front()) || text.back() == ':' || !std::all_of(text.begin(), text.end(), safe)) return false;
  Node node;
  resolve_plain_scalar(text, node);
  return node.kind == NodeKind::String;
}

std::string written(const Tree& tree) {
  if (tree.kind == NodeKind::Null) return "null";
  if (tree.kind != NodeKind::String) return tree.text;
  return is_plain_safe(tree.text) ? tree.text : dump_json(Json(tree.text));
}

std::string key_text(const std::string& key) { return is_plain_safe(key) ? key : dump_json(Json(key)); }

class Writer {
 public:
  explicit Writer(const Sources* sources) : sources_(sources) {}

  void value(const Tree& tree, std::size_t indent) {
    if (tree.kind == NodeKind::Mapping) return mapping(tree, indent, false);
    if (tree.kind == NodeKind::Sequence) return list(tree, indent);
    line(std::string(indent, ' ') + written(tree), tree);
  }

  std::string out;

 private:
  void line(const std::string& text, const Tree& tree) {
    out += text;
    if (sources_ != nullptr && tree.kind < NodeKind::Sequence) out += "  # " + origin(tree);
    out += '\n';
  }

  [[nodiscard]] std::string origin(const Tree& tree) const {
    if (tree.origin == Origin::Default) return "default";
    const auto place = tree.at.valid() ? fmt::format("{}:{}", sources_->name(tree.at.file), sources_->locate(tree.at).line) : std::string();
    if (tree.origin == Origin::Operator) return place.empty() ? "operator" : fmt::format("operator, from {}", place);
    const bool overlay = tree.at.valid() && sources_->name(tree.at.file).ends_with(".toml");
    if (overlay) return "overlay " + place;
    return place.empty() ? "default" : place;
  }

  void mapping(const Tree& tree, std::size_t indent, bool first_is_placed) {
    for (const auto& [key, child] : tree.members) {
      const auto head = (first_is_placed ? std::string() : std::string(indent, ' ')) + key_text(key) + ":";
      first_is_placed = false;
      if (child.empty_collection()) {
        out += head + (child.kind == NodeKind::Mapping ? " {}\n" : " []\n");
      } else if (child.kind == NodeKind::Mapping || child.kind == NodeKind::Sequence) {
        out += head + '\n';
        child.kind == NodeKind::Mapping ? mapping(child, indent + 2, false) : list(child, indent + 2);
      } else {
        line(head + " " + written(child), child);
      }
    }
  }

  void list(const Tree& tree, std::size_t indent) {
    for (const auto& item : tree.items) {
      const auto head = std::string(indent, ' ') + "- ";
      if (item.empty_collection()) {
        out += head + (item.kind == NodeKind::Mapping ? "{}\n" : "[]\n");
      } else if (item.kind == NodeKind::Mapping) {
        out += head;
        mapping(item, indent + 2, true);
      } else if (item.kind == NodeKind::Sequence) {
        out += std::string(indent, ' ') + "-\n";
        list(item, indent + 2);
      } else {
        line(head + written(item), item);
      }
    }
  }

  const Sources* sources_;
};

}  // namespace

Tree Tree::of(const Node& node) {
  Tree out{.kind = node.kind, .text = node.text, .origin = Origin::Written, .at = node.at, .members = {}, .items = {}};
  if (node.kind == NodeKind::Bool) out.text = node.boolean ? "true" : "false";
  if (node.kind == NodeKind::Integer) out.text = std::to_string(node.integer);
  for (const auto& item : node.items) out.items.push_back(of(item));
  for (const auto& member : node.members) {
    if (member.value.kind != NodeKind::Null) out.members.push_back({member.key, of(member.value)});
  }
  return out;
}

Tree Tree::string(std::string value, Origin origin, Span at) {
  return {.kind = NodeKind::String, .text = std::move(value), .origin = origin, .at = at, .members = {}, .items = {}};
}
Tree Tree::scalar(NodeKind kind, std::string value, Origin origin) {
  return {.kind = kind, .text = std::move(value), .origin = origin, .at = {}, .members = {}, .items = {}};
}
Tree Tree::mapping() { return {.kind = NodeKind::Mapping, .text = {}, .origin = Origin::Written, .at = {}, .members = {}, .items = {}}; }
Tree Tree::list() { return {.kind = NodeKind::Sequence, .text = {}, .origin = Origin::Written, .at = {}, .members = {}, .items = {}}; }

bool Tree::empty_collection() const noexcept { return kind >= NodeKind::Sequence && members.empty() && items.empty(); }

const Tree* Tree::find(std::string_view key) const noexcept {
  const auto found = std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.key == key; });
  return found == members.end() ? nullptr : &found->value;
}
Tree* Tree::find(std::string_view key) noexcept { return const_cast<Tree*>(std::as_const(*this).find(key)); }  // NOLINT(cppcoreguidelines-pro-type-const-cast)

Tree& Tree::set(std::string key, Tree value) {
  if (auto* known = find(key)) return *known = std::move(value);
  members.push_back({std::move(key), std::move(value)});
  return members.back().value;
}

std::string to_yaml(const Tree& tree, const Sources* sources) {
  Writer writer(sources);
  writer.value(tree, 0);
  return std::move(writer.out);
}

}  // namespace vmcpauth::config::rendition
