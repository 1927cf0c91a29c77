// Field tables: one declarative table an object says which fields there are, of what type, how bounded, and which
// member of the model each one fills. The decoder, the search for unknown names, JSON Schema and the reference
// page are all driven by it.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "core/config/document.hpp"
#include "core/config/form.hpp"
#include "core/config/setting.hpp"

namespace vmcpauth::config {

class Decoder;
struct Object;
struct Field;

enum class FieldType : std::uint8_t {
  String,
  Boolean,
  Integer,
  Period,
  Strings,      // list of strings
  StringPairs,  // string to string
  Block,        // one object
  Blocks,       // list of objects
  BlockMap,     // name to object
  Mapping,      // a mapping whose content is not our concern
  List,         // a list whose content is not our concern
  Anything,
};

inline constexpr std::int64_t kNoMinimum = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kNoMaximum = std::numeric_limits<std::int64_t>::max();

struct FieldRules {
  bool required = false;
  bool secret = false;            // the value is never shown
  Form form = Form::Any;          // of the text, or of each text in a list
  std::string_view one_of = {};   // "a|b|c"; a trailing | allows the empty text
  std::int64_t min = kNoMinimum;  // Number: value; Text and items of Texts: characters
  std::int64_t max = kNoMaximum;
  std::size_t min_items = 0;
  std::size_t max_items = std::numeric_limits<std::size_t>::max();
  std::string_view unique_by = {};  // Blocks: the field whose text names an entry
  std::string_view preset = {};     // the default, for documentation
};

struct Field {
  std::string_view name;
  FieldType type;
  std::string_view doc;
  FieldRules rules;
  const Object* object;  // Block, Blocks, BlockMap
  // Puts the value into the model struct; nothing: known by name only.
  void (*read)(void* target, Decoder& decoder, const Field& field, const Member& member);
};

struct Object {
  std::string_view name;  // as messages call it: "oidcConfig"
  std::string_view doc;
  std::span<const Field> fields;
};

}  // namespace vmcpauth::config
