// The field tables against ToolHive's CRDs: every field of the API is known by name, none is invented, and what the
// CRD requires, we require. Skipped when the CRDs are not beside the tree.
#include <fstream>
#include <set>
#include <sstream>

#include "core/config/document.hpp"
#include "core/config/overlay.hpp"
#include "core/config/tables.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/shared_data.hpp"

using namespace vmcpauth::config;

namespace {

const Node* child(const Node* node, std::string_view key) {
  const auto* member = node == nullptr ? nullptr : node->find(key);
  return member == nullptr ? nullptr : &member->value;
}

std::set<std::string> required_of(const Node& schema) {
  std::set<std::string> out;
  if (const auto* list = child(&schema, "required")) {
    for (const auto& item : list->items) out.insert(item.text);
  }
  return out;
}

// Where we deliberately differ from the schema.
bool is_exempt(const std::string& path) {
  // spec.config is decoded as the runtime decodes it, and the runtime demands less (an empty providerName is rule V-06).
  return path.starts_with("VirtualMCPServer spec.config");
}

std::int64_t number_in(const Node& schema, std::string_view name, std::int64_t otherwise) {
  const auto* value = child(&schema, name);
  return value == nullptr ? otherwise : value->integer;
}

// Bounds and choices: what the API server refuses, our table refuses, too (it may refuse more). `text` is where the
// schema speaks of the text itself: the property, or a list's items.
void compare_bounds(const Field& field, const Node& property, const Node& text, const std::string& where, std::vector<std::string>& problems) {
  const auto& rules = field.rules;
  const bool integer = field.type == FieldType::Integer;
  const auto low = integer ? number_in(property, "minimum", kNoMinimum) : number_in(text, "minLength", kNoMinimum);
  const auto high = integer ? number_in(property, "maximum", kNoMaximum) : number_in(text, "maxLength", kNoMaximum);
  const bool choices = !rules.one_of.empty();
  // A required text must not be empty anyway.
  if (low > rules.min && !(low == 1 && rules.required) && !choices) problems.push_back(where + " has the minimum " + std::to_string(low) + " in the CRD");
  if (high < rules.max && !choices) problems.push_back(where + " has the maximum " + std::to_string(high) + " in the CRD");
  // Rule VMA405 says it better.
  const bool upstreams = field.name == "upstreamProviders";
  if (!upstreams && number_in(property, "minItems", 0) > static_cast<std::int64_t>(rules.min_items)) problems.push_back(where + " has minItems in the CRD");
  const auto most = rules.max_items > 1'000'000 ? kNoMaximum : static_cast<std::int64_t>(rules.max_items);
  if (number_in(property, "maxItems", number_in(property, "maxProperties", kNoMaximum)) < most) problems.push_back(where + " has maxItems in the CRD");
  if (child(&text, "enum") != nullptr && !choices && field.type == FieldType::String) problems.push_back(where + " has an enum in the CRD");
  if (child(&text, "pattern") != nullptr && rules.form == Form::Any && !choices && field.type != FieldType::Period) {
    problems.push_back(where + " has the pattern " + child(&text, "pattern")->text + " in the CRD");
  }
  if (child(&property, "x-kubernetes-list-map-keys") != nullptr && rules.unique_by.empty()) problems.push_back(where + " has list-map-keys in the CRD");
}

void compare(const Object& object, const Node& schema, const std::string& path, std::vector<std::string>& problems) {
  const auto* properties = child(&schema, "properties");
  if (properties == nullptr) return;
  const auto required = required_of(schema);
  std::set<std::string> known;
  for (const auto& field : object.fields) {
    const std::string name(field.name);
    const std::string where = path + "." + name;
    known.insert(name);
    const auto* property = child(properties, name);
    if (property == nullptr) {
      problems.push_back(where + " is not in the CRD");
      continue;
    }
    const bool has_default = property->find("default") != nullptr;
    if (field.rules.required != required.contains(name) && !has_default && !is_exempt(path)) {
      problems.push_back(where + (field.rules.required ? " is not required by the CRD" : " is required by the CRD"));
    }
    const auto* items = child(property, "items");
    compare_bounds(field, *property, items != nullptr ? *items : *property, where, problems);
    if (field.object == nullptr) continue;
    const Node* inner = property;
    if (field.type == FieldType::Blocks) inner = child(property, "items");
    if (field.type == FieldType::BlockMap) inner = child(property, "additionalProperties");
    if (inner != nullptr) compare(*field.object, *inner, where, problems);
  }
  for (const auto& property : properties->members) {
    if (!known.contains(property.key)) problems.push_back(path + "." + property.key + " is missing here");
  }
}

const Node* spec_schema(const std::vector<Node>& documents) {
  const auto* versions = child(child(documents.data(), "spec"), "versions");
  for (const auto& version : versions->items) {
    if (version.find("name")->value.text != "v1beta1") continue;
    return child(child(child(child(&version, "schema"), "openAPIV3Schema"), "properties"), "spec");
  }
  return nullptr;
}

void check_object(const Object& object, std::vector<std::string>& problems, std::set<const Object*>& seen) {
  if (!seen.insert(&object).second) return;
  std::set<std::string_view> names;
  for (const auto& field : object.fields) {
    const auto where = std::string(object.name) + "." + std::string(field.name);
    if (!names.insert(field.name).second) problems.push_back(where + " appears twice");
    if (field.doc.empty()) problems.push_back(where + " has no description");
    if (field.rules.min > field.rules.max || field.rules.min_items > field.rules.max_items) problems.push_back(where + " has impossible bounds");
    if (field.object != nullptr) check_object(*field.object, problems, seen);
  }
}

}  // namespace

TEST_CASE("tables: they name every field of the CRDs and no other") {
  const auto folder = vmcpauth::test::shared_data("toolhive-crds");
  if (!folder) return;
  struct Case {
    const char* plural;
    const Object& object;
  };
  const Case cases[] = {{"virtualmcpservers", kVirtualServerSpec}, {"mcpexternalauthconfigs", kExternalAuthSpec},
                        {"mcpoidcconfigs", kOidcConfigSpec},       {"mcpgroups", kGroupSpec},
                        {"mcpservers", kServerWorkloadSpec},       {"mcpremoteproxies", kRemoteProxySpec},
                        {"mcpserverentries", kServerEntrySpec},    {"mcpauthzconfigs", kAuthzConfigSpec}};
  for (const auto& c : cases) {
    std::ifstream in(*folder / ("toolhive.stacklok.dev_" + std::string(c.plural) + ".yaml"), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    Sources sources;
    Diagnostics diagnostics;
    const auto documents = read_yaml(sources, sources.add(c.plural, text.str()), diagnostics);
    REQUIRE_FALSE(diagnostics.has_errors());
    REQUIRE(documents.size() == 1);
    const auto* schema = spec_schema(documents);
    REQUIRE(schema != nullptr);
    std::vector<std::string> problems;
    compare(c.object, *schema, std::string(c.object.name), problems);
    CAPTURE(problems);
    CHECK(problems.empty());
  }
}

TEST_CASE("tables: names are unique, described and bounded sensibly") {
  std::vector<std::string> problems;
  std::set<const Object*> seen;
  for (const auto* object :
       {&kVirtualServerSpec, &kExternalAuthSpec, &kOidcConfigSpec, &kGroupSpec, &kServerWorkloadSpec, &kRemoteProxySpec, &kServerEntrySpec, &kAuthzConfigSpec,
        &kToolConfigSpec, &kServer, &kServerInManifest, &kAuthServerRunConfig, &kAuthServerManifest, &kStrategy, &kOverlay}) {
    check_object(*object, problems, seen);
  }
  CAPTURE(problems);
  CHECK(problems.empty());
  CHECK(seen.size() > 60);
}
