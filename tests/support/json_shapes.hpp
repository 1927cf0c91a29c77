// Compares JSON documents with the tables of their members, and remembers which members were there, so that a test can show that a table
// holds nothing else.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/base/json_shape.hpp"

namespace vmcpauth::test {

class JsonShapes {
 public:
  // What is wrong with `document`: a member that the table lacks, one that always has to be there and is not, another type. Empty: nothing.
  std::vector<std::string> problems(const Json& document, const JsonShape& shape) {
    std::vector<std::string> out;
    compare(document, shape, std::string(shape.name), out);
    return out;
  }

  // Members of these shapes that no document had.
  [[nodiscard]] std::vector<std::string> never_seen(std::initializer_list<const JsonShape*> shapes) const {
    std::vector<std::string> out;
    for (const auto* shape : shapes) {
      for (const auto& member : shape->members) {
        if (!seen_.contains(&member)) out.push_back(fmt::format("{}.{}", shape->name, member.name));
      }
    }
    return out;
  }

 private:
  void compare(const Json& value, const JsonShape& shape, const std::string& at, std::vector<std::string>& out) {
    if (!value.is_object()) return out.push_back(at + " is no object");
    for (const auto& [name, inner] : value.items()) {
      if (find(shape, name) == nullptr) out.push_back(at + " has " + name + ", which the table does not");
    }
    for (const auto& member : shape.members) {
      const auto found = value.find(std::string(member.name));
      const auto place = fmt::format("{}.{}", at, member.name);
      if (found == value.end()) {
        if (member.when.empty()) out.push_back(place + " is missing");
        continue;
      }
      seen_.insert(&member);
      if (!has_type(*found, member.type)) out.push_back(place + " is of another type");
      if (member.type == JsonType::Object) compare(*found, *member.shape, place, out);
      if (member.type != JsonType::List || !found->is_array()) continue;
      for (const auto& element : *found) compare(element, *member.shape, place + "[]", out);
    }
  }

  static const JsonMember* find(const JsonShape& shape, const std::string& name) {
    for (const auto& member : shape.members) {
      if (member.name == name) return &member;
    }
    return nullptr;
  }

  static bool has_type(const Json& value, JsonType type) {
    switch (type) {
      case JsonType::Text: return value.is_string();
      case JsonType::Number: return value.is_number();
      case JsonType::Flag: return value.is_boolean();
      case JsonType::Texts: {
        for (const auto& element : value) {
          if (!element.is_string()) return false;
        }
        return value.is_array();
      }
      case JsonType::Any: return true;
      case JsonType::Object: return value.is_object();
      case JsonType::List: return value.is_array();
    }
    return false;
  }

  std::set<const JsonMember*> seen_;
};

}  // namespace vmcpauth::test
