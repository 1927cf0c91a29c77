// The CustomResourceDefinitions of one ToolHive version, and the check of a manifest against them as an API server would do
// it when the object is created. Called by config::check when LoadOptions names CRDs; core/config/cel evaluates the rules.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/files.hpp"
#include "core/config/crd/schema.hpp"
#include "core/config/diagnostic.hpp"
#include "core/config/document.hpp"

namespace vmcpauth::config::crd {

class Catalog {
 public:
  // Every CustomResourceDefinition (apiextensions.k8s.io/v1) among these documents, also inside Lists; other documents are
  // passed over. What no API server would accept is reported as CrdUnusable. Schemas are compiled here, once.
  void add(const Node& document, Diagnostics& diagnostics);

  // Whether there is a definition for the document's group and kind.
  [[nodiscard]] bool covers(const Node& document) const;
  // Every objection, at its place. Does nothing for a document that is not covered.
  void validate(const Node& document, Diagnostics& diagnostics) const;

  [[nodiscard]] std::size_t size() const noexcept { return definitions_.size(); }
  // Over all schemas and versions: rules that were compiled, and rules that cannot be evaluated here.
  struct RuleCount {
    std::size_t compiled = 0;
    std::size_t not_evaluated = 0;
  };
  [[nodiscard]] RuleCount count_rules() const;

 private:
  struct Version {
    bool served = false;
    bool deprecated = false;
    bool status_apart = false;  // subresources.status: what is written there on creation is dropped
    std::string warning;
    SchemaPtr schema;
  };
  struct Definition {
    std::string group, kind;
    bool namespaced = true;
    Span at;
    std::map<std::string, Version, std::less<>> versions;
  };

  void add_definition(const Node& document, Diagnostics& diagnostics);
  static void read_version(const Node& node, Definition& definition, Diagnostics& diagnostics);
  [[nodiscard]] const Definition* find(const Node& document) const;
  static void check_version(const Definition& definition, const Version& version, const Node& document, Diagnostics& diagnostics);

  std::map<std::string, Definition, std::less<>> definitions_;  // by "group/kind"
};

// Files or folders to a catalog. A path that holds no definition is a finding.
[[nodiscard]] Catalog read_catalog(const std::vector<std::string>& paths, const Files& files, Sources& sources, Diagnostics& diagnostics);

}  // namespace vmcpauth::config::crd
