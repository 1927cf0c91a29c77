#include "core/config/crd/catalog.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/config/crd/lists.hpp"
#include "core/config/crd/metadata.hpp"
#include "core/config/crd/object.hpp"
#include "core/config/crd/rules.hpp"
#include "core/config/crd/shape.hpp"
#include "core/config/crd/structure.hpp"
#include "core/config/input_files.hpp"

namespace vmcpauth::config::crd {
namespace {

constexpr int kMaxListDepth = 4;

std::string_view text_at(const Node& node, std::string_view name) {
  const auto* member = node.find(name);
  return member != nullptr && member->value.kind == NodeKind::String ? std::string_view(member->value.text) : std::string_view();
}

bool is_true(const Node& node, std::string_view name) {
  const auto* member = node.find(name);
  return member != nullptr && member->value.kind == NodeKind::Bool && member->value.boolean;
}

const Node* mapping_at(const Node& node, std::string_view name) {
  const auto* member = node.find(name);
  return member != nullptr && member->value.kind == NodeKind::Mapping ? &member->value : nullptr;
}

struct ApiVersion {
  std::string_view group, version;
};

ApiVersion api_version_of(const Node& document) {
  const auto text = text_at(document, "apiVersion");
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

std::string key_of(std::string_view group, std::string_view kind) { return fmt::format("{}/{}", group, kind); }

Span kind_place(const Node& document) {
  const auto* kind = document.find("kind");
  return kind == nullptr ? document.at : kind->value.at;
}

void count(const Schema& schema, Catalog::RuleCount& out) {
  for (const auto& rule : schema.rules) ++(rule.not_evaluated.empty() ? out.compiled : out.not_evaluated);
  const auto below = [&](const SchemaPtr& part) {
    if (part) count(*part, out);
  };
  for (const auto& [name, property] : schema.properties) below(property);
  below(schema.items);
  below(schema.additional_properties);
  for (const auto& part : schema.all_of) below(part);
}

}  // namespace

void Catalog::add(const Node& document, Diagnostics& diagnostics) {
  const auto add_all = [&](const auto& self, const Node& node, int depth) -> void {
    const auto kind = text_at(node, "kind");
    const auto* items = node.find("items");
    if (items != nullptr && kind.ends_with("List") && depth < kMaxListDepth) {
      for (const auto& item : items->value.items) self(self, item, depth + 1);
    } else if (kind == "CustomResourceDefinition") {
      add_definition(node, diagnostics);
    }
  };
  add_all(add_all, document, 0);
}

void Catalog::add_definition(const Node& document, Diagnostics& diagnostics) {
  const auto at = kind_place(document);
  const auto unusable = [&](std::string message) { diagnostics.report(Rule::CrdUnusable, at, std::move(message)); };
  if (text_at(document, "apiVersion") != "apiextensions.k8s.io/v1") return unusable("only CustomResourceDefinitions of apiextensions.k8s.io/v1 can be read");
  const auto* spec = mapping_at(document, "spec");
  const auto* names = spec == nullptr ? nullptr : mapping_at(*spec, "names");
  const auto* versions = spec == nullptr ? nullptr : spec->find("versions");
  if (names == nullptr || versions == nullptr || versions->value.kind != NodeKind::Sequence || text_at(*spec, "group").empty() ||
      text_at(*names, "kind").empty()) {
    return unusable("the CustomResourceDefinition lacks spec.group, spec.names.kind or spec.versions");
  }
  if (is_true(*spec, "preserveUnknownFields")) unusable("spec.preserveUnknownFields cannot be true");
  Definition definition{.group = std::string(text_at(*spec, "group")),
                        .kind = std::string(text_at(*names, "kind")),
                        .namespaced = text_at(*spec, "scope") != "Cluster",
                        .at = at,
                        .versions = {}};
  for (const auto& version : versions->value.items) read_version(version, definition, diagnostics);
  const auto key = key_of(definition.group, definition.kind);
  const auto [place, added] = definitions_.try_emplace(key, std::move(definition));
  if (!added) {
    diagnostics.report(Rule::CrdUnusable, at, fmt::format("{} is defined twice", printable(key, 200))).with_label(place->second.at, "first defined here");
  }
}

void Catalog::read_version(const Node& node, Definition& definition, Diagnostics& diagnostics) {
  const auto name = std::string(text_at(node, "name"));
  const auto* holder = mapping_at(node, "schema");
  const auto* schema = holder == nullptr ? nullptr : mapping_at(*holder, "openAPIV3Schema");
  if (name.empty() || schema == nullptr) {
    diagnostics.report(Rule::CrdUnusable, node.at, "a version of the CustomResourceDefinition lacks its name or schema.openAPIV3Schema");
    return;
  }
  const auto* apart = mapping_at(node, "subresources");
  Version version{.served = is_true(node, "served"),
                  .deprecated = is_true(node, "deprecated"),
                  .status_apart = apart != nullptr && apart->find("status") != nullptr,
                  .warning = std::string(text_at(node, "deprecationWarning")),
                  .schema = read_schema(*schema, diagnostics)};
  if (version.warning.empty()) version.warning = fmt::format("{}/{} {} is deprecated", definition.group, name, definition.kind);
  definition.versions.insert_or_assign(name, std::move(version));
}

const Catalog::Definition* Catalog::find(const Node& document) const {
  const auto found = definitions_.find(key_of(api_version_of(document).group, text_at(document, "kind")));
  return found == definitions_.end() ? nullptr : &found->second;
}

bool Catalog::covers(const Node& document) const { return document.kind == NodeKind::Mapping && find(document) != nullptr; }

void Catalog::validate(const Node& document, Diagnostics& diagnostics) const {
  const auto* definition = document.kind == NodeKind::Mapping ? find(document) : nullptr;
  if (definition == nullptr) return;
  const auto api = api_version_of(document);
  const auto version = definition->versions.find(api.version);
  if (version == definition->versions.end() || !version->second.served) {
    std::vector<std::string> served;
    for (const auto& [name, other] : definition->versions) {
      if (other.served) served.push_back(definition->group + "/" + name);
    }
    diagnostics
        .report(Rule::CrdVersion, document.find("apiVersion")->value.at,
                fmt::format("no matches for kind \"{}\" in version \"{}\"", definition->kind, printable(text_at(document, "apiVersion"), 100)))
        .with_hint(fmt::format("served: {}", fmt::join(served, ", ")));
    return;
  }
  check_version(*definition, version->second, document, diagnostics);
}

void Catalog::check_version(const Definition& definition, const Version& version, const Node& document, Diagnostics& diagnostics) {
  const auto at = kind_place(document);
  if (version.deprecated) diagnostics.report(Rule::CrdDeprecated, document.find("apiVersion")->value.at, printable(version.warning));
  auto object = as_json(document);
  FieldErrors errors;
  prune(object, *version.schema, errors);
  check_metadata(object, definition.namespaced, at, errors);
  if (version.status_apart) std::erase_if(object.members, [](const Member& member) { return member.key == "status"; });
  apply_defaults(object, *version.schema, at);
  check_structure(object, *version.schema, at, errors);
  check_lists(object, *version.schema, errors);
  if (!blocks_rules(errors)) {
    check_rules(object, *version.schema, at, errors);
  } else {
    errors.push_back({.problem = Problem::Skipped,
                      .path = "",
                      .at = at,
                      .value = "null",
                      .detail = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
                      .rule_at = {}});
  }
  report(errors, diagnostics);
}

Catalog::RuleCount Catalog::count_rules() const {
  RuleCount out;
  for (const auto& [key, definition] : definitions_) {
    for (const auto& [name, version] : definition.versions) count(*version.schema, out);
  }
  return out;
}

Catalog read_catalog(const std::vector<std::string>& paths, const Files& files, Sources& sources, Diagnostics& diagnostics) {
  Catalog catalog;
  for (const auto& path : paths) {
    LoadOptions options;
    options.paths = {path};
    LoadStatistics statistics;
    const auto before = catalog.size();
    const auto findings = diagnostics.all().size();
    const auto inputs = read_inputs(options, ReadMode::Documents, files, sources, diagnostics, statistics);
    for (const auto& file : inputs.documents) {
      for (const auto& document : file.documents) catalog.add(document, diagnostics);
    }
    if (catalog.size() > before || diagnostics.all().size() > findings) continue;
    diagnostics.report(Rule::CrdUnusable, {}, fmt::format("{} holds no CustomResourceDefinition", printable(path, 300)))
        .with_hint("--crds takes the YAML files below deploy/charts/operator-crds of a ToolHive release");
  }
  return catalog;
}

}  // namespace vmcpauth::config::crd
