// The catalogue: every rule is complete, fires on its failing example and is silent on its passing one. What validate says
// about both is in testdata/validate/<rule>-fails and -passes, input and want.txt; VMCPAUTH_UPDATE_WANT writes them anew.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "core/config/report/explain.hpp"
#include "core/config/report/formats.hpp"
#include "core/config/report/rule_selection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

namespace fs = std::filesystem;
using namespace vmcpauth;
using namespace vmcpauth::config;

namespace {

const fs::path kCases = fs::path(VMCPAUTH_SOURCE_DIR) / "testdata" / "validate";

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

ValidateResult run(const std::vector<ExampleFile>& example, Moment moment) {
  test::FakeFiles files;
  const bool crds = moment == Moment::Crds;
  for (const auto& file : example) files.content[(crds && file.name.starts_with("crds/") ? "" : "in/") + file.name] = file.text;
  const test::FakeEnv env;
  if (moment == Moment::Serve) return {.loaded = load({.paths = {"in"}, .local_origin = "http://127.0.0.1:4483"}, files, env)};
  ValidateOptions options{.load = {.paths = {"in"}, .practice = true}};
  if (crds) options.load.crds = {"crds"};
  return validate(options, files);
}

bool fired(const ValidateResult& result, Rule rule) {
  const auto& all = result.loaded.diagnostics.all();
  return std::any_of(all.begin(), all.end(), [&](const Diagnostic& finding) { return finding.rule == rule; });
}

void write(const fs::path& folder, const std::vector<ExampleFile>& example, const std::string& want) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const auto& file : example) {
    fs::create_directories((folder / file.name).parent_path());
    std::ofstream(folder / file.name, std::ios::binary) << file.text;
  }
  std::ofstream(folder / "want.txt", std::ios::binary) << want;
}

// The folder holds exactly these files and this answer.
void check_case(const std::string& name, const std::vector<ExampleFile>& example, const ValidateResult& result) {
  const auto want = format_report(ReportFormat::Human, result, {});
  const auto folder = kCases / name;
  if (std::getenv("VMCPAUTH_UPDATE_WANT") != nullptr) write(folder, example, want);
  CAPTURE(name);
  for (const auto& file : example) CHECK(slurp(folder / file.name) == file.text);
  CHECK(slurp(folder / "want.txt") == want);
}

}  // namespace

TEST_CASE("rules: the catalogue is in order, complete and can be searched") {
  const auto all = rules();
  REQUIRE(all.size() > 60);
  std::set<std::string_view> titles;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& rule = all[i];
    CAPTURE(rule_id(rule.rule));
    if (i > 0) CHECK(all[i - 1].rule < rule.rule);
    CHECK(info(rule.rule).rule == rule.rule);
    CHECK(find_rule(rule_id(rule.rule)) == rule.rule);
    CHECK(titles.insert(rule.title).second);
    CHECK_FALSE(rule.title.empty());
    CHECK_FALSE(rule.title.ends_with('.'));
    CHECK(rule.why.ends_with('.'));
    CHECK_FALSE(rule.source.empty());
    CHECK(rule.example.failing != rule.example.passing);
  }
  CHECK(find_rule("203") == Rule::MissingField);
  CHECK(find_rule("vma203") == Rule::MissingField);
  for (const auto* wrong : {"VMA999", "VMA", "", "VMA4020", "402x", "VMA 402"}) CHECK_FALSE(find_rule(wrong).has_value());
}

TEST_CASE("rules: every value of the enumeration has an entry") {
  std::istringstream header(slurp(fs::path(VMCPAUTH_SOURCE_DIR) / "core/config/rules_table.hpp"));
  std::size_t values = 0;
  for (std::string line; std::getline(header, line);) {
    const auto equals = line.find(" = ");
    if (!line.starts_with("  ") || equals == std::string::npos || line.size() != equals + 7 || line.back() != ',') continue;
    CAPTURE(line);
    CHECK(find_rule(std::string_view(line).substr(equals + 3, 3)).has_value());
    ++values;
  }
  // Those of --online and of doctor have their names in headers of their own.
  for (const auto* name : {"live.hpp", "doctor.hpp"}) {
    const auto text = slurp(fs::path(VMCPAUTH_SOURCE_DIR) / "core/config/catalogue" / name);
    for (std::size_t i = 0; i + 4 < text.size(); ++i) {
      const auto digits = text.substr(i + 1, 3);
      const bool is_number = (text[i] == '{' || text[i] == ' ') && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!is_number || (text[i + 4] != '}' && text[i + 4] != ',')) continue;
      CAPTURE(name, digits);
      CHECK(find_rule(digits).has_value());
      ++values;
    }
  }
  CHECK(values == rules().size());
}

TEST_CASE("rules: an example's change is at one place of its base") {
  for (const auto& rule : rules()) {
    CAPTURE(rule_id(rule.rule));
    const auto& example = rule.example;
    CHECK((example.base == Base::None) == example.at.empty());
    if (example.base == Base::None) continue;
    const auto failing = failing_files(example);
    const auto passing = passing_files(example);
    REQUIRE(failing.size() >= 1);
    std::string a;
    std::string b;
    for (const auto& file : failing) a += file.text;
    for (const auto& file : passing) b += file.text;
    CHECK(a != b);
    CHECK(b.find(example.passing) == b.rfind(example.passing));
  }
}

TEST_CASE("rules: every rule fires on its failing example and is silent on its passing one") {
  for (const auto& rule : rules()) {
    if (rule.example.moment == Moment::Run) continue;
    const auto id = rule_id(rule.rule);
    CAPTURE(id);
    const auto failing = run(failing_files(rule.example), rule.example.moment);
    const auto passing = run(passing_files(rule.example), rule.example.moment);
    CHECK(fired(failing, rule.rule));
    CHECK_FALSE(fired(passing, rule.rule));
    CHECK_FALSE(passing.loaded.diagnostics.has_errors());
    check_case(id + "-fails", failing_files(rule.example), failing);
    check_case(id + "-passes", passing_files(rule.example), passing);
  }
}

TEST_CASE("rules: explained, listed and on their page") {
  const auto page = rules_page();
  const auto list = list_rules({});
  for (const auto& rule : rules()) {
    const auto id = rule_id(rule.rule);
    CAPTURE(id);
    const auto text = explain_rule(rule, {});
    CHECK(text.starts_with(id));
    CHECK(text.find(rule.source) != std::string::npos);
    CHECK(page.find("### " + id) != std::string::npos);
    CHECK(list.find(id) != std::string::npos);
    std::istringstream lines(text.substr(text.find("\n\n"), text.find("Source:") - text.find("\n\n")));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
  }
}

TEST_CASE("rules: explain shows what is wrong and what is right") {
  CHECK(explain_rule(info(Rule::NoAllowedAudience), {}) ==
        "VMA407 (error): The authorization server has no allowed audience\n"
        "\n"
        "Tokens are bound to the resource they are for. Without an allowed audience every\n"
        "request for a token is refused with invalid_target.\n"
        "\n"
        "Source: RFC 8707 section 2; V-05 (THV-0053)\n"
        "\n"
        "Example: lines with - are wrong, lines with + are right\n"
        "\n"
        "  authserver-config.yaml\n"
        "    issuer: https://mcp.example.com\n"
        "    signing_key_config:\n"
        "      signing_key_file: /keys/signing.pem\n"
        "    hmac_secret_files: [/keys/hmac]\n"
        "  - allowed_audiences: []\n"
        "  + allowed_audiences: [https://mcp.example.com/mcp]\n"
        "    upstreams:\n"
        "      - name: corp\n"
        "        type: oidc\n"
        "        oidc_config:\n"
        "          issuer_url: https://login.example.com\n"
        "          client_id: vmcp\n"
        "          client_secret_file: /keys/corp\n");
  CHECK(explain_rule(info(Rule::NoAllowedAudience), {.colour = true}).find("\x1b[31m- allowed_audiences: []\x1b[0m") != std::string::npos);
}

TEST_CASE("rules: a selection takes identifiers and their beginnings") {
  const auto select = [](std::vector<std::string> chosen, std::vector<std::string> ignored = {}) { return RuleSelection::parse(chosen, ignored); };
  const auto all = select({});
  REQUIRE(all);
  CHECK(all->includes(Rule::IssuerMismatch));
  const auto some = select({"VMA4,VMA502"}, {"VMA402"});
  REQUIRE(some);
  CHECK(some->includes(Rule::IssuerForm));
  CHECK_FALSE(some->includes(Rule::IssuerMismatch));
  CHECK(some->includes(Rule::UnknownProvider));
  CHECK_FALSE(some->includes(Rule::InjectWithoutAuthServer));
  // A file that cannot be read is never passed over in silence.
  CHECK(some->includes(Rule::YamlSyntax));
  CHECK_FALSE(select({"4"}, {"VMA105"})->includes(Rule::YamlSyntax));
  CHECK(select({"vma40"})->includes(Rule::NoAllowedAudience));
  CHECK(select({"VMA"})->includes(Rule::NoAllowedAudience));
  struct Case {
    const char* text;
    const char* message;
  };
  for (const auto& c : {Case{"VMA999", "no rule begins with \"VMA999\""}, Case{"", "no rule begins with \"\""}, Case{"VMA4,", "no rule begins with \"\""},
                        Case{"VMA4O2", "no rule begins with \"VMA4O2\"; did you mean VMA402?"}, Case{"google", "no rule begins with \"google\""}}) {
    const auto wrong = select({c.text});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message() == c.message);
    CHECK_FALSE(select({}, {c.text}));
  }
}
