// Writes a JSON object of one shape: a member that is not in the shape's table does not compile.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/base/json.hpp"
#include "core/base/json_shape.hpp"

namespace vmcpauth {

// The name of a member of `Shape`. Made from a literal; one that the table does not have ends the compilation here.
template <const JsonShape& Shape>
class JsonName {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): names are written as literals
  consteval JsonName(const char* name) : name_(name) {
    for (const auto& member : Shape.members) {
      if (member.name == name_) return;
    }
    throw "the table of this document does not have this member";
  }
  [[nodiscard]] constexpr std::string_view text() const noexcept { return name_; }

 private:
  std::string_view name_;
};

// Tree: OrderedJson keeps the order of writing, Json sorts.
template <const JsonShape& Shape, class Tree = OrderedJson>
class JsonObject {
 public:
  using Name = JsonName<Shape>;

  JsonObject& set(Name name, Tree value) {
    tree_[std::string(name.text())] = std::move(value);
    return *this;
  }
  // Left out when it says nothing.
  JsonObject& set_unless_empty(Name name, std::string_view value) {
    if (!value.empty()) tree_[std::string(name.text())] = value;
    return *this;
  }
  [[nodiscard]] Tree take() { return std::move(tree_); }

 private:
  Tree tree_ = Tree::object();
};

}  // namespace vmcpauth
