// Fills model structs from nodes as field tables say, reporting every problem and never stopping at one.
// Also the makers of table rows: text<&Spec::issuer>("issuer", "…", {.required = true}).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/document.hpp"
#include "core/config/schema.hpp"

namespace vmcpauth::config {

// Nearest of `known` to a mistyped name (case, separators and small typos), or nothing.
[[nodiscard]] std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known);

class Decoder {
 public:
  // Kubernetes refuses a number where a string belongs; go-yaml v3, which reads the runtime YAML, takes it.
  enum class Strings : std::uint8_t { Strict, AnyScalar };

  Decoder(Sources& sources, Diagnostics& diagnostics, Strings strings) : sources_(sources), diagnostics_(diagnostics), strings_(strings) {}

  // Every field of `node` into `target` (the struct the table was written for). `owner` is where a missing field is
  // reported. False when the node is no mapping.
  bool decode(const Object& object, const Node& node, Span owner, void* target);

  Text text(const Field& field, const Node& node, Span key);
  Flag flag(const Field& field, const Node& node, Span key);
  Number number(const Field& field, const Node& node, Span key);
  Duration duration(const Field& field, const Node& node, Span key);
  Texts texts(const Field& field, const Node& node, Span key);
  TextPairs text_map(const Field& field, const Node& node, Span key);
  // Checks item counts and names.
  bool list(const Field& field, const Node& node, Span key);
  bool mapping(const Field& field, const Node& node, Span key);
  void known_by_name(const Field& field, const Node& node, Span key);

  [[nodiscard]] Diagnostics& diagnostics() noexcept { return diagnostics_; }
  [[nodiscard]] Sources& sources() noexcept { return sources_; }

 private:
  bool wrong_type(const Field& field, const Node& node, std::string_view wanted);
  void check_text_value(const Field& field, const Text& text);
  void check_count(const Field& field, std::size_t count, Span key);
  void report_unknown(const Object& object, const Member& member);
  [[nodiscard]] bool takes_string(const Node& node) const;

  Sources& sources_;
  Diagnostics& diagnostics_;
  Strings strings_;
};

// The bytes of a scalar, with every line of a block or folded one: what has to be masked.
[[nodiscard]] Span full_extent(const Sources& sources, const Span& key, const Span& value);

namespace table {

template <class Class, class Value>
Class class_of(Value Class::*);
template <class Class, class Value>
Value value_of(Value Class::*);
template <auto M>
using ClassOf = decltype(class_of(M));
template <auto M>
using ValueOf = decltype(value_of(M));
template <auto M>
auto& member(void* target) {
  return static_cast<ClassOf<M>*>(target)->*M;
}

template <auto M>
constexpr Field text(std::string_view name, std::string_view doc, FieldRules rules = {}) {
  return {name,  FieldType::String, doc,
          rules, nullptr,           [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t) = d.text(f, m.value, m.key_at); }};
}
template <auto M>
constexpr Field flag(std::string_view name, std::string_view doc, FieldRules rules = {}) {
  return {
      name, FieldType::Boolean, doc, rules, nullptr, [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t) = d.flag(f, m.value, m.key_at); }};
}
template <auto M>
constexpr Field number(std::string_view name, std::string_view doc, FieldRules rules = {}) {
  return {name,    FieldType::Integer,
          doc,     rules,
          nullptr, [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t) = d.number(f, m.value, m.key_at); }};
}
template <auto M>
constexpr Field duration(std::string_view name, std::string_view doc, FieldRules rules = {}) {
  return {name,  FieldType::Period, doc,
          rules, nullptr,           [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t) = d.duration(f, m.value, m.key_at); }};
}
template <auto M>
constexpr Field texts(std::string_view name, std::string_view doc, FieldRules rules = {}) {
  return {name,    FieldType::Strings,
          doc,     rules,
          nullptr, [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t) = d.texts(f, m.value, m.key_at); }};
}
template <auto M>
constexpr Field text_map(std::string_view name, std::string_view doc, FieldRules rules = {}) {
  return {name,    FieldType::StringPairs,
          doc,     rules,
          nullptr, [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t) = d.text_map(f, m.value, m.key_at); }};
}

// M is a Setting<Struct>; the table is the struct's.
template <auto M>
constexpr Field block(std::string_view name, const Object& object, std::string_view doc, FieldRules rules = {}) {
  return {name, FieldType::Block, doc, rules, &object, [](void* t, Decoder& d, const Field& f, const Member& m) {
            auto& setting = member<M>(t);
            setting.present = d.decode(*f.object, m.value, m.key_at, &setting.value);
            setting.at = setting.key = m.key_at;
          }};
}
// M is a Blocks<Struct>.
template <auto M>
constexpr Field blocks(std::string_view name, const Object& object, std::string_view doc, FieldRules rules = {}) {
  return {name, FieldType::Blocks, doc, rules, &object, [](void* t, Decoder& d, const Field& f, const Member& m) {
            auto& setting = member<M>(t);
            setting.at = setting.key = m.key_at;
            if (!d.list(f, m.value, m.key_at)) return;
            setting.present = true;
            for (const auto& item : m.value.items) {
              auto& entry = setting.value.emplace_back();
              entry.at = entry.key = item.at;
              entry.present = d.decode(*f.object, item, item.at, &entry.value);
            }
          }};
}
// M is a NamedBlocks<Struct>.
template <auto M>
constexpr Field block_map(std::string_view name, const Object& object, std::string_view doc, FieldRules rules = {}) {
  return {name, FieldType::BlockMap, doc, rules, &object, [](void* t, Decoder& d, const Field& f, const Member& m) {
            auto& setting = member<M>(t);
            setting.at = setting.key = m.key_at;
            if (!d.mapping(f, m.value, m.key_at)) return;
            setting.present = true;
            for (const auto& entry : m.value.members) {
              auto& [key, value] = setting.value.emplace_back();
              key = {.value = entry.key, .at = entry.key_at, .key = entry.key_at, .present = true};
              value.at = value.key = entry.key_at;
              value.present = d.decode(*f.object, entry.value, entry.key_at, &value.value);
            }
          }};
}

// The four spellings of a secret; M is a SecretSource.
template <auto M>
constexpr Field secret_ref(std::string_view name, const Object& object, std::string_view doc, FieldRules rules = {}) {
  return {name, FieldType::Block, doc, rules, &object, [](void* t, Decoder& d, const Field& f, const Member& m) {
            auto& setting = member<M>(t).ref;
            setting.present = d.decode(*f.object, m.value, m.key_at, &setting.value);
            setting.at = setting.key = m.key_at;
          }};
}
template <auto M>
constexpr Field secret_env(std::string_view name, std::string_view doc, FieldRules rules = {}) {
  return {name,  FieldType::String, doc,
          rules, nullptr,           [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t).env = d.text(f, m.value, m.key_at); }};
}
template <auto M>
constexpr Field secret_file(std::string_view name, std::string_view doc, FieldRules rules = {}) {
  return {name,  FieldType::String, doc,
          rules, nullptr,           [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t).file = d.text(f, m.value, m.key_at); }};
}
template <auto M>
constexpr Field secret_literal(std::string_view name, std::string_view doc, FieldRules rules = {.secret = true}) {
  return {name,  FieldType::String, doc,
          rules, nullptr,           [](void* t, Decoder& d, const Field& f, const Member& m) { member<M>(t).literal = d.text(f, m.value, m.key_at); }};
}

// Part of the object, but not of what we decide on: the name and the outer type are checked, the content is not.
constexpr Field other(std::string_view name, FieldType type, std::string_view doc = "Not about authentication; not checked here.") {
  return {name, type, doc, {}, nullptr, nullptr};
}

// The same with bounds, form or choices of its own.
constexpr Field bounded(std::string_view name, FieldType type, FieldRules rules,
                        std::string_view doc = "Not about authentication; only its form is checked here.") {
  return {name, type, doc, rules, nullptr, nullptr};
}

}  // namespace table
}  // namespace vmcpauth::config
