// Accepting findings: comments, baselines; and the byte diff of hints.
#include "core/config/report/validation.hpp"

#include <algorithm>

#include "core/config/byte_diff.hpp"
#include "core/config/report/baseline.hpp"
#include "core/config/report/formats.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::config;

namespace {

std::string group(const std::string& name_line) { return "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n" + name_line + "spec: {}\n"; }

// "VMA205 4:9, VMA120 4:39"
std::string findings(const ValidateResult& result) {
  std::string out;
  for (const auto& finding : result.loaded.diagnostics.all()) {
    out += (out.empty() ? "" : ", ") + rule_id(finding.rule);
    if (!finding.at.valid()) continue;
    const auto at = result.loaded.sources.locate(finding.at);
    out += " " + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  return out;
}

ValidateResult run(const std::string& text, ValidateOptions options = {}) {
  test::FakeFiles files;
  files.content["a.yaml"] = text;
  options.load.paths = {"a.yaml"};
  return validate(options, files);
}

}  // namespace

TEST_CASE("validate: a comment accepts the finding of its line or of the next") {
  struct Case {
    const char* lines;
    const char* want;
    std::size_t accepted;
  };
  const Case cases[] = {
      {"  name: Tools\n", "VMA205 4:9", 0},
      {"  name: Tools  # vmcpauth: ignore VMA205 legacy\n", "", 1},
      {"  name: Tools  #vmcpauth:ignore vma205 legacy\n", "", 1},
      {"  # vmcpauth: ignore VMA205 legacy\n  name: Tools\n", "", 1},
      {"  # vmcpauth: ignore VMA205 legacy\n\n  # more\n  name: Tools\n", "", 1},
      {"  name: Tools  # vmcpauth: ignore VMA402, VMA205 legacy\n", "VMA120 4:35", 1},
      {"  # vmcpauth: ignore VMA205 legacy\n  labels: {}\n  name: Tools\n", "VMA120 4:22, VMA205 6:9", 0},
      {"  name: tools  # vmcpauth: ignore VMA205 legacy\n", "VMA120 4:35", 0},
      {"  name: Tools  # vmcpauth: ignore VMA205\n", "VMA205 4:9, VMA121 4:16", 0},
      {"  name: Tools  # vmcpauth: ignore\n", "VMA205 4:9, VMA121 4:16", 0},
      {"  name: Tools  # vmcpauth: ignore legacy\n", "VMA205 4:9, VMA121 4:16", 0},
      {"  name: Tools  # vmcpauth: ignore VMA299 legacy\n", "VMA205 4:9, VMA121 4:35", 0},
      {"  name: Tools  # vmcpauth: disable VMA205 legacy\n", "VMA205 4:9, VMA121 4:16", 0},
      // No comments: part of a word, or inside quotes.
      {"  name: Tools#vmcpauth:ignore\n", "VMA205 4:9", 0},
      {"  name: \"Tools # vmcpauth: ignore VMA205 legacy\"\n", "VMA205 4:9", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.lines);
    const auto result = run(group(c.lines));
    CHECK(findings(result) == c.want);
    CHECK(result.accepted_by_comment == c.accepted);
  }
}

TEST_CASE("validate: of rules that did not run no comment is stale") {
  const auto text = group("  name: tools  # vmcpauth: ignore VMA205 legacy\n");
  ValidateOptions options;
  options.selection = *RuleSelection::parse(std::vector<std::string>{"VMA4"}, {});
  CHECK(findings(run(text, options)).empty());
  ValidateOptions without;
  without.ran = [](Rule rule) { return rule != Rule::BadFormat; };
  CHECK(findings(run(text, without)).empty());
}

TEST_CASE("validate: warnings fail with strict only, notes never") {
  ValidateOptions strict;
  strict.strict = true;
  const auto stale = group("  name: tools  # vmcpauth: ignore VMA205 legacy\n");
  CHECK_FALSE(run(stale).failed());
  CHECK(run(stale, strict).failed());
  CHECK_FALSE(run("hello: world\n", strict).failed());
  CHECK(run(group("  name: Tools\n")).failed());
  const test::FakeFiles none;
  CHECK(validate({.load = {.paths = {"gone.yaml"}}}, none).incomplete());
}

TEST_CASE("validate: a baseline accepts what it lists and complains about what has gone") {
  test::FakeFiles files;
  files.content["deploy/a.yaml"] = group("  name: Tools\n");
  ValidateOptions options{.load = {.paths = {"deploy"}}};
  const auto before = validate(options, files);
  const auto text = baseline_text(before.loaded.diagnostics, before.loaded.sources, "baseline.json");
  CHECK(text ==
        "{\n  \"vmcpauth_baseline\": 1,\n  \"findings\": [\n"
        "    {\"rule\":\"VMA205\",\"file\":\"deploy/a.yaml\",\"count\":1,\"message\":\"metadata.name must be a Kubernetes name: lower-case letters, digits, "
        "hyphens and dots, not \\\"Tools\\\"\"}\n  ]\n}\n");
  files.content["baseline.json"] = text;
  options.baseline_path = "baseline.json";
  const auto accepted = validate(options, files);
  CHECK(findings(accepted).empty());
  CHECK(accepted.accepted_by_baseline == 1);
  CHECK_FALSE(accepted.failed());

  // Lines may move.
  files.content["deploy/a.yaml"] = "# moved\n" + group("  name: Tools\n");
  CHECK(findings(validate(options, files)).empty());

  // One more of the same kind is new.
  files.content["deploy/a.yaml"] += "---\n" + group("  name: Tools\n");
  CHECK(findings(validate(options, files)) == "VMA205 11:9, VMA211 11:9");

  files.content["deploy/a.yaml"] = group("  name: tools\n");
  const auto repaired = validate(options, files);
  CHECK(findings(repaired) == "VMA122 4:13");
  CHECK(repaired.failed());

  // What was not looked at is not stale, what is gone is.
  files.content["deploy/b.yaml"] = group("  name: tools\n");
  options.load.paths = {"deploy/b.yaml"};
  CHECK(findings(validate(options, files)).empty());
  files.content.erase("deploy/a.yaml");
  CHECK(findings(validate(options, files)) == "VMA122 4:13");
  options.selection = *RuleSelection::parse(std::vector<std::string>{"VMA4"}, {});
  CHECK(findings(validate(options, files)).empty());
}

TEST_CASE("validate: what is no baseline is an error") {
  test::FakeFiles files;
  files.content["a.yaml"] = group("  name: tools\n");
  const ValidateOptions options{.load = {.paths = {"a.yaml"}}, .baseline_path = "b.json"};
  CHECK(validate(options, files).incomplete());
  struct Case {
    const char* text;
    const char* want;
  };
  for (const auto& c :
       {Case{"", "VMA106 1:1"}, Case{"[]", "VMA123 1:1"}, Case{"{}", "VMA123 1:1"}, Case{"{\"vmcpauth_baseline\": 2, \"findings\": []}", "VMA123 1:1"},
        Case{"{\"vmcpauth_baseline\": 1}", "VMA123 1:1"}, Case{"{\"vmcpauth_baseline\": 1, \"findings\": [{}]}", "VMA123 1:39"},
        Case{"{\"vmcpauth_baseline\": 1, \"findings\": [{\"rule\":\"VMA999\",\"file\":\"a\",\"message\":\"m\"}]}", "VMA123 1:39"},
        Case{"{\"vmcpauth_baseline\": 1, \"findings\": []}", ""}}) {
    CAPTURE(c.text);
    files.content["b.json"] = c.text;
    CHECK(findings(validate(options, files)) == c.want);
  }
}

TEST_CASE("validate: a file that is too large is a finding, and the others are still read") {
  test::FakeFiles files;
  files.content["in/big.yaml"] = std::string((std::size_t{16} << 20U) + 1, '#');
  files.content["in/fits.yaml"] = std::string(std::size_t{1} << 20U, '#') + "\n" + group("  name: Tools\n");
  const auto result = validate({.load = {.paths = {"in"}}}, files);
  CHECK(findings(result) == "VMA102 1:1, VMA205 5:9");
  CHECK_FALSE(result.incomplete());
}

TEST_CASE("byte diff: says in words and shows where two texts differ") {
  const auto diff = [](std::string_view a, std::string_view b) { return byte_difference({"one", a}, {"other", b}); };
  CHECK(diff("same", "same").empty());
  CHECK(diff("https://u:p@a.example", "https://a.example").empty());
  CHECK(diff("https://a.example/", "https://a.example") ==
        "the one ends with a slash, the other does not\n"
        "one    https://a.example/\n"
        "other  https://a.example\n"
        "                        ^");
  CHECK(diff("https://a.exarnple", "https://a.example") ==
        "they differ from byte 14 on\n"
        "one    https://a.exarnple\n"
        "other  https://a.example\n"
        "                    ^");
  CHECK(diff("https://A.example", "https://a.example").starts_with("they differ in upper and lower case only"));
  CHECK(diff("https://a.example", "https://a.example:8443").starts_with("the other goes on where the one ends\n"));
  // A Cyrillic a, and a space that nobody sees.
  CHECK(diff("https://\xd0\xb0.example", "https://a.example").find("https://\\xd0\\xb0.example") != std::string::npos);
  CHECK(diff("https://a.example ", "https://a.example").find("https://a.example\\x20\n") != std::string::npos);
  const std::string far(100, 'x');
  CHECK(diff(far + "1", far + "2") ==
        "they differ from byte 101 on\none    …" + std::string(40, 'x') + "1\nother  …" + std::string(40, 'x') + "2\n" + std::string(48, ' ') + "^");
}

TEST_CASE("validate: no name of a file steers whoever reads a GitHub log") {
  test::FakeFiles files;
  // C1 control, mark of direction, line end, escape, separators of a workflow command.
  const std::string name = "a\xC2\x9B\xE2\x80\xAE\n\x1B[31m::x,y.yaml";
  files.content[name] = group("  name: Tools\n");
  const auto report = format_report(ReportFormat::GitHub, validate({.load = {.paths = {name}}}, files), {});
  CHECK_THAT(report, ContainsSubstring("::error file=a"));
  CHECK_THAT(report, ContainsSubstring("%3A%3Ax%2Cy.yaml,line=4"));
  for (const auto* steering : {"\xC2\x9B", "\xE2\x80\xAE", "\x1B", "\r"}) CHECK(report.find(steering) == std::string::npos);
  CHECK(std::count(report.begin(), report.end(), '\n') == 1);
}
