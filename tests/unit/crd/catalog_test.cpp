// Rules, defaults, versions, and CRDs that cannot be used.
#include "core/config/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/crd/support.hpp"

using namespace vmcpauth;

namespace {

std::string spec_with_rule(const std::string& rule,
                           const std::string& more = "a: {type: integer, default: 1}, b: {type: string}, dash-ed: {type: string}, namespace: {type: string}") {
  return "{type: object, properties: {" + more + "}, x-kubernetes-validations: [" + rule + "]}";
}

struct Case {
  std::string rule;
  const char* spec;
  std::vector<std::string> messages;
};

}  // namespace

TEST_CASE("crd: rules see values through the schema") {
  for (const auto& c : std::vector<Case>{
           {"{rule: 'self.a == 1'}", "{}", {}},  // the default came first
           {"{rule: 'self.a == 2', message: must be two}", "{}", {"spec: Invalid value: must be two"}},
           {"{rule: 'self.a == 2'}", "{}", {"spec: Invalid value: failed rule: self.a == 2"}},
           {"{rule: 'self.a == 2', messageExpression: '\"is \" + string(self.a)', message: other}", "{}", {"spec: Invalid value: is 1"}},
           {"{rule: 'self.a == 2', messageExpression: 'self.b', message: plain}", "{}", {"spec: Invalid value: plain"}},
           {"{rule: 'self.a == 2', message: m, fieldPath: .a}", "{a: 1}", {"spec.a: Invalid value: m"}},
           {"{rule: 'self.a == 2', message: m, fieldPath: \".['dash-ed']\"}", "{a: 1}", {"spec: Invalid value: m"}},
           {"{rule: 'self.a == 2', message: m, fieldPath: \"['dash-ed']\"}", "{a: 1}", {"spec.dash-ed: Invalid value: m"}},
           {"{rule: 'self.a == 2', message: m, reason: FieldValueForbidden}", "{}", {"spec: Forbidden: m"}},
           {"{rule: 'self.a == 2', message: m, reason: FieldValueRequired, fieldPath: .b}", "{}", {"spec.b: Required value: m"}},
           {"{rule: 'self.a == 2', message: m, reason: FieldValueDuplicate}", "{}", {"spec: Duplicate value"}},
           {"{rule: 'has(self.dash__dash__ed) && has(self.__namespace__)'}", "{dash-ed: x, namespace: z}", {}},
           {"{rule: 'self.b == \"x\"', message: m}", "{}", {"spec: Invalid value: \"object\": no such key: b evaluating rule: m"}},
           {"{rule: 'self.a', message: m}", "{}", {"spec: Invalid value: \"object\": rule compile error: cel expression must evaluate to a bool"}},
           {"{rule: '1 / 0 == 1', message: m}", "{}", {"spec: Invalid value: \"object\": division by zero evaluating rule: m"}},
           // Transition rules do not run when an object is made.
           {"{rule: 'self.a == oldSelf.a', message: m}", "{}", {}},
           {"{rule: 'oldSelf.hasValue() || self.a == 2', message: m, optionalOldSelf: true}",
            "{}",
            {"spec: a rule was not evaluated (function hasValue()): m"}},
           {"{rule: 'url(self.b).getHost() == \"x\"', message: m}", "{}", {"spec: a rule was not evaluated (function url()): m"}},
           {"{rule: ''}", "{}", {}},
       }) {
    CAPTURE(c.rule, c.spec);
    CHECK(test::judge(test::crd_with_spec(spec_with_rule(c.rule)), test::thing(c.spec)).messages() == c.messages);
  }
}

TEST_CASE("crd: rules run on every value they are attached to") {
  const std::string crd = test::crd_with_spec(
      "{type: object, properties: {l: {type: array, items: {type: string, x-kubernetes-validations: [{rule: 'self != \"x\"', message: no x}]}}, "
      "m: {type: object, additionalProperties: {type: integer, x-kubernetes-validations: [{rule: 'self > 0', message: positive}]}}, "
      "n: {type: number, x-kubernetes-validations: [{rule: 'self == 1.0 && type_is_double', message: m}]}}}");
  CHECK(test::judge(crd, test::thing("{l: [a, x], m: {k: 0, j: 1}}")).messages() ==
        std::vector<std::string>{"spec.l[1]: Invalid value: \"x\": no x", "spec.m[k]: Invalid value: 0: positive"});
}

TEST_CASE("crd: rules do not run on a document that is wrong in itself") {
  const auto crd =
      test::crd_with_spec("{type: object, required: [b], properties: {b: {type: string}}, x-kubernetes-validations: [{rule: 'false', message: never}]}");
  const auto messages = test::judge(crd, test::thing("{}")).messages();
  REQUIRE(messages.size() == 2);
  CHECK(messages[1] == "spec.b: Required value");
}

TEST_CASE("crd: findings stand where the value is and show the rule") {
  const auto judged = test::judge(
      test::crd_with_spec("{type: object, properties: {a: {type: string, pattern: '^x'}}, x-kubernetes-validations: [{rule: 'self.a == \"x\"', message: m}]}"),
      test::thing("{a: 'y'}"));
  CHECK(config::render(judged.diagnostics, judged.sources, {}) ==
        "thing.yaml:4:1: error[VMA237]: spec: Invalid value: m\n"
        "    4 | spec: {a: 'y'}\n"
        "      | ^~~~\n"
        "  crd.yaml:17:114: the rule is here\n"
        "   17 |           spec: {type: object, properties: {a: {type: string, pattern: '^x'}}, x-kubernetes-validations: [{rule: 'self.a == \"x\"', message: "
        "m}]}\n"
        "      |                                                                                                                  ^~~~~~~~~~~~~~~\n"
        "thing.yaml:4:11: error[VMA234]: spec.a: Invalid value: \"y\": spec.a in body should match '^x'\n"
        "    4 | spec: {a: 'y'}\n"
        "      |           ^~~\n");
}

TEST_CASE("crd: what is written to status on creation is dropped") {
  CHECK(test::judge(test::crd_with_spec("{type: object}"), "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {}\nstatus: {}\n").messages() ==
        std::vector<std::string>{"unknown field \"status\""});
  auto with_status = test::crd_with_spec("{type: object}\n          status: {type: object, required: [x], properties: {x: {type: string}}}");
  CHECK(test::judge(with_status, test::thing("{}") + "status: {}\n").messages().empty());
}

TEST_CASE("crd: versions that are not served, or deprecated") {
  const std::string crd =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: example.com\n  names: {kind: Thing}\n  versions:\n"
      "  - {name: v1, served: true, schema: {openAPIV3Schema: {type: object}}}\n"
      "  - {name: v0, served: true, deprecated: true, deprecationWarning: use v1, schema: {openAPIV3Schema: {type: object}}}\n"
      "  - {name: v2, served: false, schema: {openAPIV3Schema: {type: object}}}\n";
  const auto with = [&](const std::string& version) {
    return test::judge(crd, "apiVersion: example.com/" + version + "\nkind: Thing\nmetadata: {name: a}\n").messages();
  };
  CHECK(with("v1").empty());
  CHECK(with("v0") == std::vector<std::string>{"use v1"});
  CHECK(with("v2") == std::vector<std::string>{"no matches for kind \"Thing\" in version \"example.com/v2\""});
  CHECK(with("v3") == std::vector<std::string>{"no matches for kind \"Thing\" in version \"example.com/v3\""});
  CHECK(test::judge(crd, "apiVersion: other.com/v1\nkind: Thing\n").messages().empty());
}

TEST_CASE("crd: a definition that no API server takes is a finding") {
  struct Broken {
    const char* schema;
    const char* message;
  };
  for (const auto& c :
       {Broken{"{type: strnig}", "there is no type \"strnig\""}, Broken{"{$ref: '#/x'}", "\"$ref\" is not allowed in a CustomResourceDefinition"},
        Broken{"{type: string, pattern: '('}", "not a regular expression: missing ): ("},
        Broken{"{type: object, additionalProperties: false}", "additionalProperties cannot be false"},
        Broken{"{type: array, uniqueItems: true}", "uniqueItems cannot be true"}, Broken{"[]", "a schema is a mapping, not a list"},
        Broken{"{type: string, maxLength: x}", "\"maxLength\" is an integer, not a string"},
        Broken{"{type: string, x-kubernetes-validations: [{rule: 'self +'}]}", "the rule does not compile: expression ends too early at offset 6"},
        Broken{"{type: string, x-kubernetes-validations: [{message: m}]}", "an entry of x-kubernetes-validations has no \"rule\""},
        Broken{"{type: string, x-kubernetes-int-or-string: true}", "x-kubernetes-int-or-string excludes a type"}}) {
    CAPTURE(c.schema);
    const auto messages = test::judge(test::crd_with_spec(c.schema), "{}").messages();
    REQUIRE(messages.size() == 1);
    CHECK(messages.front() == c.message);
  }
  CHECK(test::judge("apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\n", "{}").messages() ==
        std::vector<std::string>{"only CustomResourceDefinitions of apiextensions.k8s.io/v1 can be read"});
  CHECK(test::judge("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {}\n", "{}").messages().size() == 1);
  const auto twice = test::crd_with_spec("{type: object}");
  CHECK(test::judge(twice + "---\n" + twice, "{}").messages() == std::vector<std::string>{"example.com/Thing is defined twice"});
}

TEST_CASE("crd: check() takes the definitions' word on fields, and says each thing once") {
  test::FakeFiles files;
  files.content["crds/group.yaml"] =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: toolhive.stacklok.dev\n  names: {kind: MCPGroup}\n  versions:\n"
      "  - {name: v1beta1, served: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {description: {type: string}, "
      "colour: {type: "
      "string}}}}}}}\n";
  files.content["in/a.yaml"] = "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata: {name: a}\nspec: {colour: red, description: 1, size: 2}\n";
  const auto without = config::check({.paths = {"in"}}, files);
  CHECK(without.diagnostics.count(config::Severity::Error) == 3);
  config::LoadOptions options{.paths = {"in"}};
  options.crds = {"crds"};
  const auto with = config::check(options, files);
  CHECK(config::render(with.diagnostics, with.sources, {.excerpts = false}) ==
        "in/a.yaml:2:7: note[VMA239]: <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing "
        "errors to complete "
        "validation\n"
        "in/a.yaml:4:34: error[VMA231]: spec.description: Invalid value: \"integer\": spec.description in body must be of type string: \"integer\"\n"
        "in/a.yaml:4:37: error[VMA230]: unknown field \"spec.size\"\n");
  options.crds = {"in"};
  const auto none = config::check(options, files);
  CHECK_THAT(config::render(none.diagnostics, none.sources, {.excerpts = false}), ContainsSubstring("in holds no CustomResourceDefinition"));
}
