// ToolHive's own CustomResourceDefinitions and examples: every rule compiles, every rule of the auth-related kinds is seen to
// fail and to hold (testdata/crd/rules.yaml), every example manifest is accepted. Skipped when they are not beside the tree.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "core/config/crd/catalog.hpp"
#include "core/config/crd/object.hpp"
#include "core/config/render.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/shared_data.hpp"

using namespace vmcpauth;
using namespace vmcpauth::config;

namespace {

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct World {
  Sources sources;
  Diagnostics diagnostics;
  crd::Catalog catalog;
  std::set<std::string> rules;  // "kind: message" of v1beta1
};

void collect(const Node& schema, const std::string& kind, std::set<std::string>& out) {
  if (const auto* rules = schema.find("x-kubernetes-validations")) {
    for (const auto& rule : rules->value.items) out.insert(kind + ": " + rule.find("message")->value.text);
  }
  if (const auto* properties = schema.find("properties")) {
    for (const auto& property : properties->value.members) collect(property.value, kind, out);
  }
  for (const auto* name : {"items", "additionalProperties"}) {
    if (const auto* below = schema.find(name)) collect(below->value, kind, out);
  }
}

void add_crd(World& world, const std::filesystem::path& path) {
  const auto documents = read_yaml(world.sources, world.sources.add(path.filename().string(), slurp(path)), world.diagnostics);
  for (const auto& document : documents) {
    world.catalog.add(document, world.diagnostics);
    const auto& spec = document.find("spec")->value;
    for (const auto& version : spec.find("versions")->value.items) {
      if (version.find("name")->value.text != "v1beta1") continue;
      collect(version.find("schema")->value.find("openAPIV3Schema")->value, spec.find("names")->value.find("kind")->value.text, world.rules);
    }
  }
}

bool read_world(World& world) {
  const auto folder = test::shared_data("toolhive-crds");
  if (!folder) return false;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) add_crd(world, entry.path());
  return true;
}

// Nodes as flow YAML (JSON), good enough to build documents from.
std::string merged(const Node& base, const Node& more) {
  Node out = base;
  for (const auto& member : more.members) {
    std::erase_if(out.members, [&](const Member& other) { return other.key == member.key; });
    out.members.push_back(member);
  }
  return crd::to_json_text(out);
}

struct Placement {
  std::string kind, spec, path;
};

std::vector<Placement> placements(const Node& bases, const std::string& where, const Node& spec) {
  const auto own = merged(bases.find(where)->value, spec);
  if (where != "authServer") return {{where, own, "spec"}};
  return {{"MCPExternalAuthConfig", "{type: embeddedAuthServer, embeddedAuthServer: " + own + "}", "spec.embeddedAuthServer"},
          {"VirtualMCPServer", "{groupRef: {name: g}, incomingAuth: {type: oidc, oidcConfigRef: {name: o, audience: a}}, authServerConfig: " + own + "}",
           "spec.authServerConfig"}};
}

std::vector<std::string> findings(World& world, const Placement& placement) {
  Diagnostics out;
  const auto text = fmt::format("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: {}\nmetadata: {{name: a}}\nspec: {}\n", placement.kind, placement.spec);
  for (const auto& document : read_yaml(world.sources, world.sources.add("case", text), out)) world.catalog.validate(document, out);
  std::vector<std::string> messages;
  for (const auto& finding : out.all()) messages.push_back(rule_id(finding.rule) + " " + finding.message);
  return messages;
}

}  // namespace

TEST_CASE("crd: every rule of every ToolHive CRD compiles") {
  World world;
  if (!read_world(world)) return;
  CHECK(world.diagnostics.all().empty());
  CHECK(world.catalog.size() == 8);
  const auto count = world.catalog.count_rules();
  CHECK(count.compiled == 148);
  CHECK(count.not_evaluated == 0);
}

TEST_CASE("crd: every rule of the auth-related CRDs fails and holds where it should") {
  World world;
  if (!read_world(world)) return;
  Sources sources;
  const auto file = sources.add("rules.yaml", slurp(std::filesystem::path(VMCPAUTH_SOURCE_DIR) / "testdata/crd/rules.yaml"));
  const auto documents = read_yaml(sources, file, world.diagnostics);
  REQUIRE(documents.size() == 1);
  std::set<std::string> proven;
  for (const auto& c : documents[0].find("cases")->value.items) {
    const auto& rule = c.find("rule")->value.text;
    CAPTURE(rule);
    for (const auto& where : c.find("kinds")->value.items) {
      for (const auto& placement : placements(documents[0].find("base")->value, where.text, c.find("fails")->value)) {
        const auto* at = c.find("at");
        const auto* says = c.find("says");
        const auto path = at == nullptr ? placement.path : placement.path + "." + at->value.text;
        CAPTURE(placement.kind);
        const auto found = findings(world, placement);
        const auto wanted = fmt::format("VMA237 {}: {}", path, says == nullptr ? "Invalid value: " + rule : says->value.text);
        CAPTURE(found, wanted);
        CHECK(std::find(found.begin(), found.end(), wanted) != found.end());
        // A second rule may rightly object to the same thing, as with a block that is set for the wrong type.
        CHECK(found.size() <= 2);
        CHECK(std::all_of(found.begin(), found.end(), [](const std::string& message) { return message.starts_with("VMA237 "); }));
        proven.insert(placement.kind + ": " + rule);
      }
      for (const auto& placement : placements(documents[0].find("base")->value, where.text, c.find("passes")->value)) {
        CHECK(findings(world, placement).empty());
      }
    }
  }
  CHECK(proven == world.rules);
}

TEST_CASE("crd: ToolHive's examples give exactly what an API server would say to them") {
  World world;
  const auto folder = test::shared_data("toolhive-examples");
  if (!folder || !read_world(world)) return;
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) files[entry.path().filename().string()] = slurp(entry.path());
  std::size_t covered = 0;
  std::string got;
  for (const auto& [name, text] : files) {
    Diagnostics out;
    for (const auto& document : read_yaml(world.sources, world.sources.add(name, text), out)) {
      covered += world.catalog.covers(document) ? 1U : 0U;
      world.catalog.validate(document, out);
    }
    out.sort();
    if (!out.all().empty()) got += render(out, world.sources, {.excerpts = false});
  }
  const auto want = std::filesystem::path(VMCPAUTH_SOURCE_DIR) / "testdata/crd/examples.txt";
  if (std::getenv("VMCPAUTH_UPDATE_WANT") != nullptr) std::ofstream(want, std::ios::binary) << got;
  CHECK(got == slurp(want));
  CHECK(covered > 40);
}
