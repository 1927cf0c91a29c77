// A schema and a document as texts in, the messages of a catalog out.
#pragma once

#include <string>
#include <vector>

#include "core/config/crd/catalog.hpp"
#include "core/config/document.hpp"
#include "core/config/render.hpp"

namespace vmcpauth::test {

// A CRD of kind Thing in example.com/v1 whose spec has this schema (flow YAML).
[[nodiscard]] inline std::string crd_with_spec(const std::string& schema) {
  return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec:\n  group: example.com\n"
         "  scope: Namespaced\n  names: {kind: Thing, plural: things}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n"
         "    subresources: {status: {}}\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec: " +
         schema + "\n";
}

[[nodiscard]] inline std::string thing(const std::string& spec) { return "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: " + spec + "\n"; }

struct Judged {
  config::Sources sources;
  config::Diagnostics diagnostics;

  [[nodiscard]] std::vector<std::string> messages() const {
    std::vector<std::string> out;
    for (const auto& finding : diagnostics.all()) out.push_back(finding.message);
    return out;
  }
};

[[nodiscard]] inline Judged judge(const std::string& crd, const std::string& document) {
  Judged out;
  config::crd::Catalog catalog;
  for (const auto& node : config::read_yaml(out.sources, out.sources.add("crd.yaml", crd), out.diagnostics)) catalog.add(node, out.diagnostics);
  for (const auto& node : config::read_yaml(out.sources, out.sources.add("thing.yaml", document), out.diagnostics)) catalog.validate(node, out.diagnostics);
  out.diagnostics.sort();
  return out;
}

}  // namespace vmcpauth::test
