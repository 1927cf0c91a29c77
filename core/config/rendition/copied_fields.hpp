// Fields that ToolHive's operator copies under another name, as tables: which come over, how they are called there, and what
// stands in when nothing is written. Used by operator_server.cpp and operator_auth_server.cpp.
#pragma once

#include <span>
#include <string_view>

#include "core/config/rendition/tree.hpp"

namespace vmcpauth::config::rendition {

enum class Copy : std::uint8_t {
  Value,    // anything, when it is written
  Flag,     // only when true (Go's omitempty)
  Default,  // `preset` when it is not written
};

struct CopiedField {
  std::string_view from, to;
  Copy how = Copy::Value;
  std::string_view preset = {};
  NodeKind preset_kind = NodeKind::String;
};

// Empty texts and lists do not come over (omitempty).
void copy_fields(const Node* from, std::span<const CopiedField> fields, Tree& to);

}  // namespace vmcpauth::config::rendition
