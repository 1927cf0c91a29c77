#include <fmt/format.h>

#include <cctype>
#include <limits>
#include <map>
#include <vector>

#include "cli/docgen/documents.hpp"
#include "core/config/config_kinds.hpp"
#include "core/config/form.hpp"

namespace vmcpauth::cli::docgen {

namespace {

using config::Field;
using config::FieldType;
using config::Object;

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

// Tables of one kind: each object once, in the order of first use.
class KindPage {
 public:
  explicit KindPage(const config::ConfigKind& kind) : kind_(kind) {}

  std::string text() {
    std::string out =
        fmt::format("## {}\n\n{}{}.\n\n", kind_.name, static_cast<char>(std::toupper(static_cast<unsigned char>(kind_.what.front()))), kind_.what.substr(1));
    if (kind_.shape == config::ConfigShape::Manifest) out += "Fields of `spec`:\n\n";
    out += table(*kind_.object);
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      const auto& object = *pending_[i];
      out += fmt::format("### {}: {}\n\n", kind_.name, names_.at(&object));
      if (!object.doc.empty()) out += std::string(object.doc) + "\n\n";
      out += table(object);
    }
    return out;
  }

 private:
  std::string table(const Object& object) {
    std::string out = "| field | value | meaning |\n|---|---|---|\n";
    for (const auto& field : object.fields) {
      out += fmt::format("| `{}`{} | {} | {} |\n", field.name, field.rules.required ? " (required)" : "", cell(value(field)), cell(meaning(field)));
    }
    return out + "\n";
  }

  std::string value(const Field& field) {
    switch (field.type) {
      case FieldType::String: return text_value(field);
      case FieldType::Boolean: return "true or false";
      case FieldType::Integer: return "integer" + bounds(field);
      case FieldType::Period: return "duration";
      case FieldType::Strings: return "list of: " + text_value(field);
      case FieldType::StringPairs: return "name to: " + text_value(field);
      case FieldType::Block: return field.object == nullptr ? "mapping" : link(*field.object);
      case FieldType::Blocks: return "list of " + link(*field.object);
      case FieldType::BlockMap: return field.object == nullptr ? "name to mapping of text" : "name to " + link(*field.object);
      case FieldType::Mapping: return "mapping";
      case FieldType::List: return "list";
      case FieldType::Anything: break;
    }
    return "anything";
  }

  static std::string text_value(const Field& field) {
    if (!field.rules.one_of.empty()) {
      std::string out;
      std::string_view rest = field.rules.one_of;
      while (true) {
        const auto bar = rest.find('|');
        const auto choice = rest.substr(0, bar);
        out += (out.empty() ? "" : ", ") + (choice.empty() ? std::string("empty") : fmt::format("`{}`", choice));
        if (bar == std::string_view::npos) return out;
        rest.remove_prefix(bar + 1);
      }
    }
    if (field.rules.form != config::Form::Any) return std::string(config::info(field.rules.form).words);
    return field.rules.secret ? "text (secret)" : "text";
  }

  static std::string bounds(const Field& field) {
    const auto& rules = field.rules;
    if (rules.min != config::kNoMinimum && rules.max != config::kNoMaximum) return fmt::format(", {} to {}", rules.min, rules.max);
    if (rules.min != config::kNoMinimum) return fmt::format(", at least {}", rules.min);
    return rules.max != config::kNoMaximum ? fmt::format(", at most {}", rules.max) : std::string();
  }

  static std::string meaning(const Field& field) {
    std::string out(field.doc);
    if (!field.rules.preset.empty()) out += fmt::format("{}Default: {}.", out.empty() ? "" : " ", field.rules.preset);
    return out;
  }

  std::string link(const Object& object) {
    if (names_.emplace(&object, std::string(object.name)).second) pending_.push_back(&object);
    return names_.at(&object);
  }

  const config::ConfigKind& kind_;
  std::map<const Object*, std::string> names_;
  std::vector<const Object*> pending_;
};

}  // namespace

std::string configuration_page() {
  std::string out =
      "# Configuration reference\n\n<!-- Generated from the field tables of core/config by ./dev generate. Do not edit. -->\n\n"
      "Every field of every kind of configuration that vmcpauth reads. `vmcpauth config schema KIND` prints the same as JSON Schema for editors. Fields "
      "that are not about authentication are known by name and type only. Durations are Go durations such as `30s`, `10m` or `1h30m`.\n\n";
  for (const auto& kind : config::config_kinds()) out += KindPage(kind).text();
  out.pop_back();
  return out;
}

}  // namespace vmcpauth::cli::docgen
