// The syntax tree of a CEL expression. Macros (has, all, exists, exists_one, map, filter) are nodes of their own.
// Made by the parser, walked by the evaluator.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/config/cel/value.hpp"

namespace vmcpauth::config::cel {

struct Expr;
using ExprPtr = std::unique_ptr<const Expr>;

enum class ExprKind : std::uint8_t {
  Literal,      // value
  Identifier,   // name
  Select,       // children[0].name
  Has,          // has(children[0].name)
  Index,        // children[0][children[1]]
  Call,         // name(children…), a method's receiver first
  List,         // [children…]
  Map,          // {children[0]: children[1], …}
  Conditional,  // children[0] ? children[1] : children[2]
  And,
  Or,
  All,  // children[0].all(name, children[1])
  Exists,
  ExistsOne,
  Filter,
  Transform,  // map(name, expr) or map(name, condition, expr)
};

struct Expr {
  ExprKind kind = ExprKind::Literal;
  Value value;
  std::string name;
  std::vector<ExprPtr> children;
  std::size_t offset = 0;  // in the expression's text
};

// InvalidInput (syntax), TooLarge (size, nesting over 64), Unsupported (bytes, message literals, optional syntax).
[[nodiscard]] Result<ExprPtr> parse(std::string_view text);

}  // namespace vmcpauth::config::cel
