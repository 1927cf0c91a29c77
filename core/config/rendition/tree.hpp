// A configuration that is being written: values with the place they came from, printed as YAML, on request with each value's
// origin beside it. Built by the other files of this room from manifests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config::rendition {

enum class Origin : std::uint8_t {
  Written,   // stands in a file
  Default,   // nobody said it
  Operator,  // worked out by ToolHive's operator
};

struct TreeMember;

struct Tree {
  NodeKind kind = NodeKind::Null;
  std::string text;  // of scalars
  Origin origin = Origin::Written;
  Span at;
  std::vector<TreeMember> members;
  std::vector<Tree> items;

  [[nodiscard]] static Tree of(const Node& node);
  [[nodiscard]] static Tree string(std::string value, Origin origin, Span at = {});
  [[nodiscard]] static Tree scalar(NodeKind kind, std::string value, Origin origin);
  [[nodiscard]] static Tree mapping();
  [[nodiscard]] static Tree list();

  // Null when there is no such member.
  [[nodiscard]] const Tree* find(std::string_view key) const noexcept;
  [[nodiscard]] Tree* find(std::string_view key) noexcept;
  // Replaces or appends; returns what stands there now.
  Tree& set(std::string key, Tree value);
  [[nodiscard]] bool empty_collection() const noexcept;
};

struct TreeMember {
  std::string key;
  Tree value;
};

// Block YAML. With `sources`, every scalar line ends with a comment that names its origin.
[[nodiscard]] std::string to_yaml(const Tree& tree, const Sources* sources);

}  // namespace vmcpauth::config::rendition
