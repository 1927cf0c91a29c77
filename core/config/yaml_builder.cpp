#include "core/config/yaml_builder.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/mark.h>

#include "core/config/yaml_scalar.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

// Past `&anchor` and `!tag`, which yaml-cpp counts as part of the value.
std::size_t skip_properties(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    at = text.find_first_of(kBlank, at);
    if (at == std::string_view::npos) return text.size();
    at = text.find_first_not_of(kBlank, at);
    if (at == std::string_view::npos) return text.size();
  }
  return at;
}

// 0: not closed.
std::size_t quoted_length(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '\'' && i + 1 < text.size() && text[i + 1] == '\'') {
        ++i;
      } else {
        return i + 1 - at;
      }
    }
  }
  return 0;
}

std::size_t rest_of_line(std::string_view text, std::size_t at) {
  auto end = std::min(text.find('\n', at), text.size());
  while (end > at && kBlank.find(text[end - 1]) != std::string_view::npos) --end;
  return std::max<std::size_t>(end - at, 1);
}

struct Weight {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
};

void weigh(const Node& node, Weight& sum) {
  ++sum.nodes;
  sum.bytes += node.text.size();
  for (const auto& item : node.items) weigh(item, sum);
  for (const auto& member : node.members) {
    sum.bytes += member.key.size();
    weigh(member.value, sum);
  }
}

}  // namespace

Span YamlBuilder::span_of(const YAML::Mark& mark, std::uint32_t length) const {
  const auto size = static_cast<std::uint32_t>(sources_.text(file_).size());
  const auto offset = base_ + static_cast<std::uint32_t>(std::max(mark.pos, 0));
  return {file_, std::min(offset, size), length};
}

Span YamlBuilder::scalar_span(const YAML::Mark& mark, const std::string& value) const {
  const auto text = sources_.text(file_).substr(0, end_);
  const Span start = span_of(mark);
  const auto at = skip_properties(text, start.offset);
  if (at >= text.size()) return start;
  std::size_t length = 0;
  if (text[at] == '"' || text[at] == '\'') {
    length = quoted_length(text, at);
    // yaml-cpp takes the end of the text for a closing quote.
    if (length == 0) throw YamlStop{Rule::YamlSyntax, {file_, static_cast<std::uint32_t>(at), 1}, "this quoted text is not closed"};
  } else if (text[at] != '|' && text[at] != '>' && text.substr(at).starts_with(value)) {
    length = value.size();
  } else {
    length = rest_of_line(text, at);
  }
  return {file_, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(std::max<std::size_t>(length, 1))};
}

void YamlBuilder::OnDocumentStart(const YAML::Mark&) {
  stack_.clear();
  anchors_.clear();
  root_.reset();
}

void YamlBuilder::OnDocumentEnd() {}

std::optional<Node> YamlBuilder::take() { return std::exchange(root_, std::nullopt); }

void YamlBuilder::count_node(Span at) {
  if (++budget_.nodes > limits_.max_nodes) throw YamlStop{Rule::TooComplex, at, fmt::format("more than {} values in one file", limits_.max_nodes)};
}

void YamlBuilder::charge_copy(const Node& node, Span at) {
  Weight weight;
  weigh(node, weight);
  budget_.copied_nodes += weight.nodes;
  budget_.copied_bytes += weight.bytes;
  if (budget_.copied_nodes > limits_.max_copied_nodes || budget_.copied_bytes > limits_.max_copied_bytes) {
    throw YamlStop{Rule::TooComplex, at, fmt::format("aliases expand to more than {} values", limits_.max_copied_nodes)};
  }
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node;
  node.at = span_of(mark);
  count_node(node.at);
  place(std::move(node), anchor, true);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) {
  Node node;
  node.at = scalar_span(mark, value);
  count_node(node.at);
  const bool plain = tag == "?" || tag.empty();
  if (plain) {
    resolve_plain_scalar(value, node);
  } else if (tag == "!") {
    node.kind = NodeKind::String;
    node.text = value;
  } else if (!resolve_tagged_scalar(tag, value, node)) {
    throw YamlStop{Rule::BadTag, span_of(mark), fmt::format("the tag \"{}\" is unknown or does not fit this value", tag)};
  }
  place(std::move(node), anchor, plain);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const Span at = span_of(mark);
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) throw YamlStop{Rule::BadAlias, at, "the alias refers to a value that contains it"};
  charge_copy(found->second, at);
  place(found->second, 0, false);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(NodeKind::Sequence, mark, tag, anchor);
}
void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(NodeKind::Mapping, mark, tag, anchor);
}
void YamlBuilder::OnSequenceEnd() { close(); }
void YamlBuilder::OnMapEnd() {
  apply_merges(stack_.back());
  close();
}

void YamlBuilder::open(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
  const Span at = span_of(mark);
  count_node(at);
  if (tag.size() > 1 && !tag.ends_with(kind == NodeKind::Mapping ? ",2002:map" : ",2002:seq")) {
    throw YamlStop{Rule::BadTag, at, fmt::format("the tag \"{}\" is unknown or does not fit this value", tag)};
  }
  if (static_cast<int>(stack_.size()) >= limits_.max_depth) {
    throw YamlStop{Rule::TooComplex, at, fmt::format("nested deeper than {} levels", limits_.max_depth)};
  }
  if (!stack_.empty() && stack_.back().node.kind == NodeKind::Mapping && !stack_.back().has_key && !stack_.back().merging) {
    throw YamlStop{Rule::BadKey, at, "a mapping key must be a plain value, not a list or a mapping"};
  }
  Frame frame;
  frame.node.kind = kind;
  frame.node.at = at;
  frame.anchor = anchor;
  stack_.push_back(std::move(frame));
}

void YamlBuilder::close() {
  Frame frame = std::move(stack_.back());
  stack_.pop_back();
  place(std::move(frame.node), frame.anchor, false);
}

void YamlBuilder::place(Node node, YAML::anchor_t anchor, bool plain) {
  if (anchor != 0) {
    charge_copy(node, node.at);
    anchors_[anchor] = node;
  }
  if (stack_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = stack_.back();
  if (frame.node.kind == NodeKind::Sequence) {
    frame.node.items.push_back(std::move(node));
  } else if (frame.merging) {
    add_merge(frame, std::move(node));
  } else if (!frame.has_key) {
    place_key(frame, std::move(node), plain);
  } else {
    if (node.kind == NodeKind::Null && node.text.empty()) node.at = frame.key_at;
    frame.has_key = false;
    if (!frame.keys.insert(frame.key).second) {
      auto& finding = diagnostics_.report(Rule::DuplicateKey, frame.key_at, fmt::format("the key \"{}\" is written twice", frame.key));
      if (const auto* first = frame.node.find(frame.key)) finding.with_label(first->key_at, "first written here");
      return;
    }
    frame.node.members.push_back({std::move(frame.key), frame.key_at, std::move(node)});
  }
}

void YamlBuilder::place_key(Frame& frame, Node node, bool plain) {
  if (!node.is_scalar()) throw YamlStop{Rule::BadKey, node.at, "a mapping key must be a plain value, not a list or a mapping"};
  frame.key_at = node.at;
  if (plain && node.text == "<<") {
    frame.merging = true;
    return;
  }
  if (node.kind == NodeKind::Null) throw YamlStop{Rule::BadKey, node.at, "a mapping key must not be empty or null"};
  // Kubernetes turns YAML into JSON first: `on:` is the key "true", `0x10:` the key "16".
  if (node.kind == NodeKind::Bool) node.text = node.boolean ? "true" : "false";
  if (node.kind == NodeKind::Integer) node.text = std::to_string(node.integer);
  frame.key = std::move(node.text);
  frame.has_key = true;
}

void YamlBuilder::add_merge(Frame& frame, Node node) {
  frame.merging = false;
  const auto refuse = [](const Node& bad) -> void { throw YamlStop{Rule::BadMerge, bad.at, "a merge key (<<) takes a mapping or a list of mappings"}; };
  if (node.kind == NodeKind::Mapping) {
    frame.merges.push_back(std::move(node));
    return;
  }
  if (node.kind != NodeKind::Sequence) refuse(node);
  for (auto& item : node.items) {
    if (item.kind != NodeKind::Mapping) refuse(item);
    frame.merges.push_back(std::move(item));
  }
}

// What is written in the mapping itself wins, then the earlier merged mapping.
void YamlBuilder::apply_merges(Frame& frame) {
  for (auto& merged : frame.merges) {
    for (auto& member : merged.members) {
      if (frame.keys.insert(member.key).second) frame.node.members.push_back(std::move(member));
    }
  }
}

}  // namespace vmcpauth::config
