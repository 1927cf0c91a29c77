// Every check of a structural schema, with the API server's own words.
#include "tests/support/catch.hpp"
#include "tests/unit/crd/support.hpp"

using namespace vmcpauth;

namespace {

struct Case {
  const char* schema;
  const char* spec;
  std::vector<std::string> messages;
};

void check(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.schema, c.spec);
    CHECK(test::judge(test::crd_with_spec(c.schema), test::thing(c.spec)).messages() == c.messages);
  }
}

const std::string kSkipped =
    "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

}  // namespace

TEST_CASE("crd: types") {
  check({
      {"{type: object, properties: {a: {type: string}}}", "{a: x}", {}},
      {"{type: object, properties: {a: {type: string}}}",
       "{a: 1}",
       {kSkipped, "spec.a: Invalid value: \"integer\": spec.a in body must be of type string: \"integer\""}},
      {"{type: object, properties: {a: {type: string}}}",
       "{a: yes}",
       {kSkipped, "spec.a: Invalid value: \"boolean\": spec.a in body must be of type string: \"boolean\""}},
      {"{type: object, properties: {a: {type: string}}}",
       "{a: [x]}",
       {kSkipped, "spec.a: Invalid value: \"array\": spec.a in body must be of type string: \"array\""}},
      {"{type: object, properties: {a: {type: integer}}}", "{a: 1.0}", {}},
      {"{type: object, properties: {a: {type: integer}}}",
       "{a: 1.5}",
       {kSkipped, "spec.a: Invalid value: \"number\": spec.a in body must be of type integer: \"number\""}},
      {"{type: object, properties: {a: {type: integer, format: int32}}}",
       "{a: 2147483648}",
       {"<nil>: Invalid value: \"\": Checked value must be of type integer with format int32 in spec.a"}},
      {"{type: object, properties: {a: {type: integer, format: int32}}}",
       "{a: true}",
       {kSkipped, "spec.a: Invalid value: \"\": spec.a in body must be of type int32: \"\""}},
      {"{type: object, properties: {a: {type: number}}}", "{a: 1}", {}},
      {"{type: object, properties: {a: {type: boolean}}}",
       "{a: 'true'}",
       {kSkipped, "spec.a: Invalid value: \"string\": spec.a in body must be of type boolean: \"string\""}},
      {"{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}", "{a: 80}", {}},
      {"{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}", "{a: http}", {}},
      {"{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}",
       "{a: 1.5}",
       {kSkipped, "spec.a: Invalid value: \"number\": spec.a in body must be of type integer,string: \"number\""}},
      {"{type: object, properties: {a: {type: array, items: {type: string}}}}",
       "{a: [x, 1]}",
       {kSkipped, "spec.a[1]: Invalid value: \"integer\": spec.a[1] in body must be of type string: \"integer\""}},
      {"{type: object, properties: {a: {type: object, additionalProperties: {type: integer}}}}",
       "{a: {b: x}}",
       {kSkipped, "spec.a.b: Invalid value: \"string\": spec.a.b in body must be of type integer: \"string\""}},
  });
}

TEST_CASE("crd: nulls are dropped, defaulted or refused") {
  check({
      {"{type: object, required: [a], properties: {a: {type: string}}}", "{a: }", {kSkipped, "spec.a: Required value"}},
      {"{type: object, required: [a], properties: {a: {type: string, default: x}}}", "{a: null}", {}},
      {"{type: object, required: [a], properties: {a: {type: string, nullable: true}}}", "{a: null}", {}},
      {"{type: object, properties: {a: {type: array, items: {type: string}}}}",
       "{a: [null]}",
       {kSkipped, "spec.a[0]: Invalid value: \"null\": spec.a[0] in body must be of type string: \"null\""}},
      {"{type: object, properties: {a: {type: string, nullable: true, enum: [x]}}}",
       "{a: null}",
       {kSkipped, "spec.a: Unsupported value: null: supported values: \"x\""}},
  });
}

TEST_CASE("crd: bounds") {
  check({
      {"{type: object, properties: {a: {type: string, maxLength: 2}}}", "{a: äö}", {}},
      {"{type: object, properties: {a: {type: string, maxLength: 2}}}", "{a: äöü}", {kSkipped, "spec.a: Too long: may not be more than 2 bytes"}},
      {"{type: object, properties: {a: {type: string, minLength: 1}}}",
       "{a: ''}",
       {"spec.a: Invalid value: \"\": spec.a in body should be at least 1 chars long"}},
      {"{type: object, properties: {a: {type: string, pattern: '^[a-z]+$'}}}",
       "{a: A}",
       {"spec.a: Invalid value: \"A\": spec.a in body should match '^[a-z]+$'"}},
      {"{type: object, properties: {a: {type: string, pattern: 'b'}}}", "{a: abc}", {}},
      {"{type: object, properties: {a: {type: integer, minimum: 1, maximum: 5}}}",
       "{a: 0}",
       {"spec.a: Invalid value: 0: spec.a in body should be greater than or equal to 1"}},
      {"{type: object, properties: {a: {type: integer, minimum: 1, maximum: 5}}}",
       "{a: 6}",
       {"spec.a: Invalid value: 6: spec.a in body should be less than or equal to 5"}},
      {"{type: object, properties: {a: {type: number, minimum: 0.5, exclusiveMinimum: true}}}",
       "{a: 0.5}",
       {"spec.a: Invalid value: 0.5: spec.a in body should be greater than 0.5"}},
      {"{type: object, properties: {a: {type: integer, multipleOf: 3}}}", "{a: 7}", {"spec.a: Invalid value: 7: spec.a in body should be a multiple of 3"}},
      {"{type: object, properties: {a: {type: array, minItems: 1, items: {type: string}}}}",
       "{a: []}",
       {"spec.a: Invalid value: 0: spec.a in body should have at least 1 items"}},
      {"{type: object, properties: {a: {type: array, maxItems: 1, items: {type: string}}}}",
       "{a: [x, z]}",
       {kSkipped, "spec.a: Too many: 2: must have at most 1 item"}},
      {"{type: object, properties: {a: {type: object, maxProperties: 1, additionalProperties: {type: string}}}}",
       "{a: {x: a, z: b}}",
       {kSkipped, "spec.a: Too many: 2: must have at most 1 item"}},
      {"{type: object, properties: {a: {type: object, minProperties: 1, additionalProperties: {type: string}}}}",
       "{a: {}}",
       {"spec.a: Invalid value: 0: spec.a in body should have at least 1 properties"}},
      {"{type: object, properties: {a: {type: string, enum: [x, p]}}}",
       "{a: z}",
       {kSkipped, "spec.a: Unsupported value: \"z\": supported values: \"x\", \"p\""}},
      {"{type: object, properties: {a: {type: integer, enum: [1, 2]}}}", "{a: 3}", {kSkipped, "spec.a: Unsupported value: 3: supported values: \"1\", \"2\""}},
  });
}

TEST_CASE("crd: required, unknown and preserved fields") {
  check({
      {"{type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}", "{a: x}", {kSkipped, "spec.b: Required value"}},
      {"{type: object, properties: {a: {type: string}}}", "{b: x, c: {d: 1}}", {"unknown field \"spec.b\"", "unknown field \"spec.c\""}},
      {"{type: object, properties: {a: {type: array, items: {type: object, properties: {b: {type: string}}}}}}",
       "{a: [{c: 1}]}",
       {"unknown field \"spec.a[0].c\""}},
      {"{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: object}}}", "{b: x, a: {c: 1}}", {"unknown field \"spec.a.c\""}},
      {"{type: object, properties: {a: {type: object, additionalProperties: true}}}", "{a: {b: {c: 1}}}", {}},
  });
}

TEST_CASE("crd: combinations") {
  const char* one = "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}";
  const char* any = "{type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}";
  const char* all = "{type: object, properties: {a: {type: string}}, allOf: [{properties: {a: {minLength: 2}}}, {properties: {a: {pattern: '^x'}}}]}";
  check({
      {one, "{a: x}", {}},
      {one, "{}", {kSkipped, "spec.a: Required value", "<nil>: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found none valid"}},
      {one, "{a: x, b: z}", {"<nil>: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found 2 valid alternatives"}},
      {any, "{a: x, b: z}", {}},
      {any, "{}", {kSkipped, "spec.a: Required value", "<nil>: Invalid value: \"\": \"spec\" must validate at least one schema (anyOf)"}},
      {all, "{a: xx}", {}},
      {all,
       "{a: x}",
       {"<nil>: Invalid value: \"\": \"spec\" must validate all the schemas (allOf)",
        "spec.a: Invalid value: \"x\": spec.a in body should be at least 2 chars long"}},
      {"{type: object, properties: {a: {type: string, not: {enum: [x]}}}}", "{a: z}", {}},
      {"{type: object, properties: {a: {type: string, not: {enum: [x]}}}}",
       "{a: x}",
       {"<nil>: Invalid value: \"\": \"spec.a\" must not validate the schema (not)"}},
  });
}

TEST_CASE("crd: list types") {
  const char* set = "{type: object, properties: {a: {type: array, x-kubernetes-list-type: set, items: {type: string}}}}";
  const char* map =
      "{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k], items: {type: object, properties: {k: {type: "
      "string}, v: {type: integer}}}}}}";
  const char* two =
      "{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k, v], items: {type: object, properties: {k: "
      "{type: "
      "string}, v: {type: integer, default: 1}}}}}}";
  check({
      {set, "{a: [x, z]}", {}},
      {set, "{a: [x, z, x, x]}", {"spec.a[2]: Duplicate value: \"x\""}},
      {map, "{a: [{k: x}, {k: z}]}", {}},
      {map, "{a: [{k: x, v: 1}, {k: x, v: 2}]}", {"spec.a[1]: Duplicate value: {\"k\":\"x\"}"}},
      {two, "{a: [{k: x, v: 1}, {k: x, v: 2}]}", {}},
      // The second key comes from a default.
      {two, "{a: [{k: x, v: 1}, {k: x}]}", {"spec.a[1]: Duplicate value: {\"k\":\"x\",\"v\":1}"}},
  });
}

TEST_CASE("crd: values of fields that name secrets are not shown") {
  check({
      {"{type: object, properties: {clientSecret: {type: string, pattern: '^a'}}}",
       "{clientSecret: hunter2}",
       {"spec.clientSecret: Invalid value: \"[redacted]\": spec.clientSecret in body should match '^a'"}},
      {"{type: object, properties: {headers: {type: object, additionalProperties: {type: string, enum: [x]}}}}",
       "{headers: {X-Key: hunter2}}",
       {kSkipped, "spec.headers.X-Key: Unsupported value: \"[redacted]\": supported values: \"x\""}},
  });
}

TEST_CASE("crd: metadata") {
  const auto crd = test::crd_with_spec("{type: object}");
  const auto judged = [&](const std::string& metadata) {
    return test::judge(crd, "apiVersion: example.com/v1\nkind: Thing\nmetadata: " + metadata + "\n").messages();
  };
  CHECK(judged("{name: a.b-c, namespace: ns, labels: {a/b: x}, annotations: {c: d}}").empty());
  CHECK(judged("{generateName: a-}").empty());
  CHECK(judged("{}") == std::vector<std::string>{kSkipped, "metadata.name: Required value: name or generateName is required"});
  CHECK(judged("{name: a, creator: me}") == std::vector<std::string>{"unknown field \"metadata.creator\""});
  CHECK_THAT(judged("{name: A_b}").at(0), ContainsSubstring("metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of"));
  CHECK_THAT(judged("{name: a, namespace: a.b}").at(0),
             ContainsSubstring("metadata.namespace: Invalid value: \"a.b\": a lowercase RFC 1123 label must consist of"));
  CHECK_THAT(judged("{name: a, labels: {k: 'a b'}}").at(0),
             ContainsSubstring("metadata.labels: Invalid value: \"a b\": a valid label must be an empty string or consist of"));
  CHECK_THAT(judged("{name: a, labels: {'a b': x}}").at(0), ContainsSubstring("metadata.labels: Invalid value: \"a b\": name part must consist of"));
  CHECK(judged("{name: a, labels: {k: 1}}").size() == 2);
}
