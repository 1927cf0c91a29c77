#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/crd/object.hpp"
#include "core/config/crd/schema.hpp"

namespace vmcpauth::config::crd {
namespace {

constexpr std::array<std::string_view, 6> kTypes{"object", "array", "string", "integer", "number", "boolean"};

class SchemaReader;
using Reader = void (SchemaReader::*)(Schema&, const Member&);

class SchemaReader {
 public:
  explicit SchemaReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  SchemaPtr read(const Node& node, Span at) {
    auto schema = std::make_unique<Schema>();
    if (node.kind != NodeKind::Mapping) {
      unusable(at, fmt::format("a schema is a mapping, not {}", describe(node.kind)));
      return schema;
    }
    for (const auto& member : node.members) read_keyword(*schema, member);
    if (schema->int_or_string && !schema->type.empty()) unusable(at, "x-kubernetes-int-or-string excludes a type");
    return schema;
  }

 private:
  void unusable(Span at, std::string message) { diagnostics_.report(Rule::CrdUnusable, at, std::move(message)); }

  void read_keyword(Schema& schema, const Member& member) {
    static const std::map<std::string_view, Reader> kReaders{
        {"type", &SchemaReader::read_type},
        {"format", &SchemaReader::read_text<&Schema::format>},
        {"nullable", &SchemaReader::read_flag<&Schema::nullable>},
        {"x-kubernetes-int-or-string", &SchemaReader::read_flag<&Schema::int_or_string>},
        {"x-kubernetes-preserve-unknown-fields", &SchemaReader::read_flag<&Schema::preserve_unknown_fields>},
        {"x-kubernetes-embedded-resource", &SchemaReader::read_flag<&Schema::embedded_resource>},
        {"x-kubernetes-list-type", &SchemaReader::read_text<&Schema::list_type>},
        {"x-kubernetes-map-type", &SchemaReader::read_text<&Schema::map_type>},
        {"x-kubernetes-list-map-keys", &SchemaReader::read_texts<&Schema::list_map_keys>},
        {"x-kubernetes-validations", &SchemaReader::read_rules},
        {"default", &SchemaReader::read_default},
        {"enum", &SchemaReader::read_enum},
        {"pattern", &SchemaReader::read_pattern},
        {"minimum", &SchemaReader::read_bound<&Schema::minimum>},
        {"maximum", &SchemaReader::read_bound<&Schema::maximum>},
        {"exclusiveMinimum", &SchemaReader::read_exclusive<&Schema::minimum>},
        {"exclusiveMaximum", &SchemaReader::read_exclusive<&Schema::maximum>},
        {"multipleOf", &SchemaReader::read_multiple},
        {"minLength", &SchemaReader::read_count<&Schema::min_length>},
        {"maxLength", &SchemaReader::read_count<&Schema::max_length>},
        {"minItems", &SchemaReader::read_count<&Schema::min_items>},
        {"maxItems", &SchemaReader::read_count<&Schema::max_items>},
        {"minProperties", &SchemaReader::read_count<&Schema::min_properties>},
        {"maxProperties", &SchemaReader::read_count<&Schema::max_properties>},
        {"required", &SchemaReader::read_texts<&Schema::required>},
        {"properties", &SchemaReader::read_properties},
        {"items", &SchemaReader::read_schema<&Schema::items>},
        {"additionalProperties", &SchemaReader::read_additional},
        {"not", &SchemaReader::read_schema<&Schema::negated>},
        {"allOf", &SchemaReader::read_schemas<&Schema::all_of>},
        {"anyOf", &SchemaReader::read_schemas<&Schema::any_of>},
        {"oneOf", &SchemaReader::read_schemas<&Schema::one_of>},
        {"uniqueItems", &SchemaReader::read_unique},
    };
    static constexpr std::array<std::string_view, 4> kDocumentation{"description", "title", "example", "externalDocs"};
    for (const auto name : kDocumentation) {
      if (member.key == name) return;
    }
    const auto reader = kReaders.find(member.key);
    if (reader == kReaders.end()) return unusable(member.key_at, fmt::format("\"{}\" is not allowed in a CustomResourceDefinition", printable(member.key, 80)));
    (this->*reader->second)(schema, member);
  }

  bool expect(const Member& member, NodeKind kind) {
    if (member.value.kind == kind) return true;
    unusable(place(member), fmt::format("\"{}\" is {}, not {}", member.key, describe(kind), describe(member.value.kind)));
    return false;
  }

  void read_type(Schema& schema, const Member& member) {
    if (!expect(member, NodeKind::String)) return;
    for (const auto type : kTypes) {
      if (member.value.text == type) schema.type = member.value.text;
    }
    if (schema.type.empty()) unusable(member.value.at, fmt::format("there is no type {}", config::quoted(member.value.text)));
  }

  template <auto kMember>
  void read_text(Schema& schema, const Member& member) {
    if (expect(member, NodeKind::String)) schema.*kMember = member.value.text;
  }

  template <auto kMember>
  void read_flag(Schema& schema, const Member& member) {
    if (expect(member, NodeKind::Bool)) schema.*kMember = member.value.boolean;
  }

  template <auto kMember>
  void read_texts(Schema& schema, const Member& member) {
    if (!expect(member, NodeKind::Sequence)) return;
    for (const auto& item : member.value.items) {
      if (item.kind != NodeKind::String) unusable(item.at, fmt::format("\"{}\" is a list of strings", member.key));
      (schema.*kMember).push_back(item.text);
    }
  }

  template <auto kMember>
  void read_count(Schema& schema, const Member& member) {
    if (expect(member, NodeKind::Integer)) schema.*kMember = member.value.integer;
  }

  template <auto kMember>
  void read_schema(Schema& schema, const Member& member) {
    schema.*kMember = read(member.value, place(member));
  }

  template <auto kMember>
  void read_schemas(Schema& schema, const Member& member) {
    if (!expect(member, NodeKind::Sequence)) return;
    for (const auto& item : member.value.items) (schema.*kMember).push_back(read(item, item.at));
  }

  void read_additional(Schema& schema, const Member& member) {
    if (member.value.kind != NodeKind::Bool) return read_schema<&Schema::additional_properties>(schema, member);
    if (!member.value.boolean) return unusable(member.value.at, "additionalProperties cannot be false");
    auto anything = std::make_unique<Schema>();
    anything->preserve_unknown_fields = true;
    anything->nullable = true;
    schema.additional_properties = std::move(anything);
  }

  void read_properties(Schema& schema, const Member& member) {
    if (!expect(member, NodeKind::Mapping)) return;
    for (const auto& property : member.value.members) schema.properties.emplace(property.key, read(property.value, place(property)));
  }

  void read_unique(Schema&, const Member& member) {
    if (expect(member, NodeKind::Bool) && member.value.boolean) unusable(member.value.at, "uniqueItems cannot be true");
  }

  void read_default(Schema& schema, const Member& member) {
    if (member.value.kind != NodeKind::Null) schema.default_value = as_json(member.value);
  }

  void read_enum(Schema& schema, const Member& member) {
    if (!expect(member, NodeKind::Sequence)) return;
    for (const auto& item : member.value.items) schema.allowed.push_back(as_json(item));
  }

  void read_pattern(Schema& schema, const Member& member) {
    if (!expect(member, NodeKind::String)) return;
    auto pattern = Pattern::compile(member.value.text);
    if (!pattern) return unusable(member.value.at, "not a regular expression: " + printable(pattern.error().message()));
    schema.pattern = *std::move(pattern);
  }

  template <auto kMember>
  void read_bound(Schema& schema, const Member& member) {
    const auto number = as_number(member.value);
    if (!number) return unusable(place(member), fmt::format("\"{}\" is a number", member.key));
    auto& bound = (schema.*kMember) ? *(schema.*kMember) : (schema.*kMember).emplace();
    bound.value = *number;
    bound.text = go_number(*number);
  }

  template <auto kMember>
  void read_exclusive(Schema& schema, const Member& member) {
    if (!expect(member, NodeKind::Bool)) return;
    auto& bound = (schema.*kMember) ? *(schema.*kMember) : (schema.*kMember).emplace();
    bound.exclusive = member.value.boolean;
  }

  void read_multiple(Schema& schema, const Member& member) {
    const auto number = as_number(member.value);
    if (!number || *number <= 0) return unusable(place(member), "\"multipleOf\" is a number above 0");
    schema.multiple_of = number;
  }

  void read_rules(Schema& schema, const Member& member) {
    if (!expect(member, NodeKind::Sequence)) return;
    for (const auto& item : member.value.items) {
      if (const auto* rule = item.find("rule"); rule == nullptr || rule->value.kind != NodeKind::String) {
        unusable(item.at, "an entry of x-kubernetes-validations has no \"rule\"");
      } else {
        schema.rules.push_back(read_rule(item, *rule));
      }
    }
  }

  ValidationRule read_rule(const Node& node, const Member& expression) {
    ValidationRule rule;
    rule.rule = expression.value.text;
    rule.at = expression.value.at;
    for (const auto& member : node.members) {
      if (member.key == "rule") continue;
      if (member.key == "optionalOldSelf") {
        if (expect(member, NodeKind::Bool)) rule.optional_old_self = member.value.boolean;
      } else if (std::string* target = text_of(rule, member.key)) {
        if (expect(member, NodeKind::String)) *target = member.value.text;
      } else {
        unusable(member.key_at, fmt::format("\"{}\" is not allowed in x-kubernetes-validations", printable(member.key, 80)));
      }
    }
    compile(rule);
    return rule;
  }

  static std::string* text_of(ValidationRule& rule, std::string_view name) {
    if (name == "message") return &rule.message;
    if (name == "messageExpression") return &rule.message_expression;
    if (name == "fieldPath") return &rule.field_path;
    return name == "reason" ? &rule.reason : nullptr;
  }

  void compile(ValidationRule& rule) {
    if (rule.rule.find_first_not_of(" \t\r\n") == std::string::npos) return;
    auto program = cel::Program::compile(rule.rule);
    if (program) {
      rule.transition = program->mentions("oldSelf");
      rule.program = *std::move(program);
    } else if (program.error().code() == ErrorCode::Unsupported) {
      rule.not_evaluated = program.error().message();
    } else {
      rule.not_evaluated = program.error().message();
      unusable(rule.at, "the rule does not compile: " + printable(program.error().message()));
    }
    if (rule.message_expression.empty()) return;
    auto message = cel::Program::compile(rule.message_expression);
    // The fixed message stands in for one that cannot be worked out, as in the API server.
    if (message) rule.message_program = *std::move(message);
  }

  Diagnostics& diagnostics_;
};

}  // namespace

const Schema* Schema::member(std::string_view name) const noexcept {
  const auto found = properties.find(name);
  return found != properties.end() ? found->second.get() : additional_properties.get();
}

SchemaPtr read_schema(const Node& node, Diagnostics& diagnostics) { return SchemaReader(diagnostics).read(node, node.at); }

}  // namespace vmcpauth::config::crd
