// The members that a JSON document of ours has: name, type, meaning, and when it is there. Each document has such a table beside the code
// that writes it. JsonObject (json_object.hpp) writes no other member, and the reference pages are made from the tables.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vmcpauth {

enum class JsonType : std::uint8_t {
  Text,
  Number,
  Flag,
  Texts,   // a list of strings
  Any,     // as somebody else wrote it
  Object,  // of a shape of its own
  List     // of such objects
};

struct JsonShape;

struct JsonMember {
  std::string_view name;
  JsonType type;
  const JsonShape* shape;  // of Object and List; null otherwise
  std::string_view meaning;
  std::string_view when;  // "" = always

  static constexpr JsonMember text(std::string_view name, std::string_view meaning, std::string_view when = {}) {
    return {name, JsonType::Text, nullptr, meaning, when};
  }
  static constexpr JsonMember number(std::string_view name, std::string_view meaning, std::string_view when = {}) {
    return {name, JsonType::Number, nullptr, meaning, when};
  }
  static constexpr JsonMember flag(std::string_view name, std::string_view meaning, std::string_view when = {}) {
    return {name, JsonType::Flag, nullptr, meaning, when};
  }
  static constexpr JsonMember texts(std::string_view name, std::string_view meaning, std::string_view when = {}) {
    return {name, JsonType::Texts, nullptr, meaning, when};
  }
  static constexpr JsonMember any(std::string_view name, std::string_view meaning, std::string_view when = {}) {
    return {name, JsonType::Any, nullptr, meaning, when};
  }
  static constexpr JsonMember object(std::string_view name, const JsonShape& shape, std::string_view meaning, std::string_view when = {}) {
    return {name, JsonType::Object, &shape, meaning, when};
  }
  static constexpr JsonMember list(std::string_view name, const JsonShape& shape, std::string_view meaning, std::string_view when = {}) {
    return {name, JsonType::List, &shape, meaning, when};
  }
};

struct JsonShape {
  std::string_view name;  // as the pages call it: "session"
  std::span<const JsonMember> members;
};

}  // namespace vmcpauth
