// Input made to hurt: every reader ends with a finding that says what is wrong, within bounded memory, whatever the file
// system or the bytes are. See also the fuzz targets config_reader_fuzz, config_load_fuzz and crd_validator_fuzz.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/config/load.hpp"
#include "core/config/render.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/temp_dir.hpp"

namespace fs = std::filesystem;
using namespace vmcpauth;
using namespace vmcpauth::config;

namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// &a0 [x,…], &a1 [*a0,…], …: nine levels of nine are 387 million values.
std::string alias_bomb() {
  std::string out = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    out += fmt::format("a{0}: &a{0} [", i);
    for (int j = 0; j < 9; ++j) out += fmt::format("{}*a{}", j == 0 ? "" : ",", i - 1);
    out += "]\n";
  }
  return out;
}

std::string block_nest(std::size_t depth) {
  std::string out;
  for (std::size_t i = 0; i < depth; ++i) out += std::string(i, ' ') + "a:\n";
  return out;
}

void write(const fs::path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

std::vector<std::string> rules_of(const LoadResult& result) {
  std::vector<std::string> out;
  for (const auto& finding : result.diagnostics.all()) out.push_back(rule_id(finding.rule));
  return out;
}

bool has_rule(const LoadResult& result, Rule rule) {
  const auto& all = result.diagnostics.all();
  return std::any_of(all.begin(), all.end(), [&](const Diagnostic& finding) { return finding.rule == rule; });
}

// Peak resident memory since the last call, in MiB.
std::size_t peak_mebibytes() {
  std::ifstream status("/proc/self/status");
  std::size_t kibibytes = 0;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) kibibytes = std::stoul(line.substr(6));
  }
  std::ofstream("/proc/self/clear_refs") << "5";
  return kibibytes / 1024;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasuresMemory = false;
#else
constexpr bool kMeasuresMemory = true;
#endif

}  // namespace

TEST_CASE("hostile: every shape of bad text is a finding with its rule") {
  struct Case {
    const char* what;
    const char* file;
    std::string text;
    Rule rule;
  };
  const std::vector<Case> cases = {
      {"alias bomb", "a.yaml", alias_bomb(), Rule::TooComplex},
      {"one text aliased often", "a.yaml", "a: &a " + std::string(100'000, 'x') + "\nb: [" + repeated("*a,", 5'000) + "*a]\n", Rule::TooComplex},
      {"flow nesting", "a.yaml", std::string(10'000, '[') + std::string(10'000, ']'), Rule::TooComplex},
      {"flow nesting that never ends", "a.yaml", std::string(10'000, '['), Rule::BadKey},
      {"flow mappings", "a.yaml", repeated("{a: ", 10'000) + std::string(10'000, '}'), Rule::TooComplex},
      {"block nesting", "a.yaml", block_nest(3'000), Rule::TooComplex},
      {"one line of sequences", "a.yaml", repeated("- ", 10'000) + "x", Rule::TooComplex},
      {"json arrays", "a.json", std::string(10'000, '['), Rule::TooComplex},
      {"json objects", "a.json", repeated("{\"a\":", 10'000), Rule::TooComplex},
      {"many values", "a.yaml", "a: [" + repeated("1,", 400'000) + "1]", Rule::TooComplex},
      {"many empty documents", "a.yaml", repeated("---\na: 1\n", 400'000), Rule::TooComplex},
      {"too large", "a.yaml", std::string((std::size_t{16} << 20U) + 1, ' '), Rule::TooLarge},
      {"NUL", "a.yaml", std::string("a: b\0c\n", 7), Rule::ControlCharacter},
      {"NUL in JSON", "a.json", std::string("{\"a\":\"\0\"}", 9), Rule::ControlCharacter},
      {"UTF-16", "a.yaml", std::string("\xFF\xFEk\0i\0n\0d\0", 10), Rule::InvalidUtf8},
      {"invalid UTF-8", "a.yaml", "a: \xC3\x28\n", Rule::InvalidUtf8},
      {"surrogate", "a.yaml", "a: \xED\xA0\x80\n", Rule::InvalidUtf8},
      {"overlong", "a.yaml", "a: \xC0\xAF\n", Rule::InvalidUtf8},
      {"escape sequence", "a.yaml", "a: \x1B[31m\n", Rule::ControlCharacter},
      {"tab for indentation", "a.yaml", "a:\n\tb: 1\n", Rule::YamlSyntax},
      {"cyclic anchor", "a.yaml", "a: &a\n  b: *a\n", Rule::BadAlias},
      {"cyclic merge", "a.yaml", "a: &a\n  <<: *a\n", Rule::BadAlias},
      {"alias to nothing", "a.yaml", "a: *b\n", Rule::YamlSyntax},
      {"merge of a text", "a.yaml", "a: &a x\nb:\n  <<: *a\n", Rule::BadMerge},
      {"mapping as key", "a.yaml", "? {a: b}\n: c\n", Rule::BadKey},
      {"tag of a language", "a.yaml", "a: !!python/object:os.system [x]\n", Rule::BadTag},
      {"duplicate key", "a.yaml", "a: 1\na: 2\n", Rule::DuplicateKey},
      {"a million quotes", "a.json", std::string(1'000'000, '"'), Rule::JsonSyntax},
      {"toml arrays", "vmcpauth.toml", "a = " + std::string(10'000, '['), Rule::TooComplex},
      {"toml array that never ends", "vmcpauth.toml", "a = [[[", Rule::TomlSyntax},
      {"toml tables", "vmcpauth.toml", "[a" + repeated(".a", 100'000) + "]\n", Rule::TooComplex},
      {"toml keys", "vmcpauth.toml", "a" + repeated(" . 'a'", 100'000) + " = 1\n", Rule::TooComplex},
      {"toml keys in inline tables", "vmcpauth.toml", "[a]\n" + repeated("b.b.b.b = {", 50), Rule::TooComplex},
      {"toml keys after a string that ends in quotes", "vmcpauth.toml", "a = [\"\"\"x\"\"\"\"\", {b" + repeated(".b", 10'000) + " = 1}]\n", Rule::TooComplex},
      {"toml header and key together", "vmcpauth.toml", "[a" + repeated(".a", 60) + "]\nb" + repeated(".b", 60) + " = 1\n", Rule::TooComplex},
      {"toml of too many values", "vmcpauth.toml", "a = [" + repeated("1,", 400'000) + "1]", Rule::TooComplex},
      {"toml too large", "vmcpauth.toml", std::string((std::size_t{1} << 20U) + 1, '\n'), Rule::TooLarge},
      {"toml NUL", "vmcpauth.toml", std::string("a = \"\0\"\n", 8), Rule::ControlCharacter},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    test::FakeFiles files;
    files.content[std::string("in/") + c.file] = c.text;
    const auto result = check({.paths = {"in"}}, files);
    CAPTURE(rules_of(result));
    CHECK(has_rule(result, c.rule));
    CHECK(result.diagnostics.all().size() < 50);
    CHECK(render(result.diagnostics, result.sources).size() < 20'000);
  }
}

TEST_CASE("hostile: harmless oddities change nothing") {
  const std::string group = "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: a\nspec: &s\n  description: d\n";
  std::string crlf;
  for (const char c : group) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const auto& text : {group, crlf, "\xEF\xBB\xBF" + group, "%YAML 1.1\n---\n" + group, group + "...\n", "---\n---\n" + group + "---\n"}) {
    CAPTURE(text);
    test::FakeFiles files;
    files.content["a.yaml"] = text;
    const auto result = check({.paths = {"a.yaml"}}, files);
    CHECK(result.diagnostics.all().empty());
    CHECK(result.statistics.resources == 1);
  }
}

TEST_CASE("hostile: files that are no files, links in circles, files that cannot be read") {
  const test::TempDir folder;
  const auto& root = folder.path();
  fs::create_directory(root / "sub");
  fs::create_directory(root / "named.yaml");
  write(root / "named.yaml" / "inner.yaml", "kind: Other\n");
  fs::create_directory_symlink(root, root / "sub" / "up");
  fs::create_symlink("loop-b.yaml", root / "loop-a.yaml");
  fs::create_symlink("loop-a.yaml", root / "loop-b.yaml");
  fs::create_symlink("nowhere", root / "dangling.yaml");
  fs::create_symlink("/dev/zero", root / "zero.yaml");
  REQUIRE(::mkfifo((root / "fifo.yaml").c_str(), 0600) == 0);
  write(root / "locked.yaml", "kind: Other\n");
  fs::permissions(root / "locked.yaml", fs::perms::none);
  const bool all_powerful = ::access((root / "locked.yaml").c_str(), R_OK) == 0;
  const auto result = check({.paths = {root.string()}}, SystemFiles());
  std::vector<std::string> unreadable;
  for (const auto& finding : result.diagnostics.all()) {
    CHECK(finding.rule == Rule::Unreadable);
    unreadable.push_back(fs::path(result.sources.name(finding.at.file)).filename().string());
  }
  std::vector<std::string> wanted{"dangling.yaml", "fifo.yaml", "loop-a.yaml", "loop-b.yaml"};
  if (!all_powerful) wanted.emplace_back("locked.yaml");
  wanted.emplace_back("zero.yaml");
  CHECK(unreadable == wanted);
  CHECK(result.statistics.ignored_documents == (all_powerful ? 2U : 1U));
}

TEST_CASE("hostile: a file of 50 MB is refused without being read") {
  const test::TempDir folder;
  const auto path = folder.path() / "a.yaml";
  write(path, "kind: Secret\n");
  fs::resize_file(path, std::size_t{50} << 20U);
  static_cast<void>(peak_mebibytes());
  const auto before = peak_mebibytes();
  const auto result = check({.paths = {path.string()}}, SystemFiles());
  CHECK(rules_of(result) == std::vector<std::string>{"VMA102"});
  if (kMeasuresMemory) CHECK(peak_mebibytes() < before + 10);
}

TEST_CASE("hostile: the dearest texts stay within memory") {
  const std::string anchors = "a: &a {k: v, l: w}\nb:\n" + repeated("- {<<: *a, m: 1}\n", 30'000);
  for (const auto& text : {"a: [" + repeated("1,", 299'000) + "1]", alias_bomb(), anchors, repeated("- - - - x\n", 60'000)}) {
    test::FakeFiles files;
    files.content["a.yaml"] = text;
    static_cast<void>(peak_mebibytes());
    const auto before = peak_mebibytes();
    static_cast<void>(check({.paths = {"a.yaml"}}, files));
    if (kMeasuresMemory) CHECK(peak_mebibytes() < before + 250);
  }
}

TEST_CASE("hostile: a folder of 20,000 files is read in full") {
  const test::TempDir folder;
  for (int i = 0; i < 20'000; ++i) {
    const auto sub = folder.path() / std::to_string(i / 1000);
    if (i % 1000 == 0) fs::create_directory(sub);
    write(sub / fmt::format("{}.yaml", i),
          i % 20 == 0 ? fmt::format("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata: {{name: g{}}}\nspec: {{colour: red}}\n", i)
                      : fmt::format("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{}}}\n", i));
  }
  static_cast<void>(peak_mebibytes());
  const auto before = peak_mebibytes();
  const auto result = check({.paths = {folder.path().string()}}, SystemFiles());
  CHECK(result.statistics.files == 20'000);
  CHECK(result.statistics.resources == 1'000);
  CHECK(result.diagnostics.count(Severity::Error) == 1'000);
  if (kMeasuresMemory) CHECK(peak_mebibytes() < before + 400);
}

TEST_CASE("hostile: all files together are bounded too") {
  test::FakeFiles files;
  const std::string filler = "# " + std::string(std::size_t{15} << 20U, 'x') + "\nkind: Other\n";
  for (int i = 0; i < 12; ++i) files.content[fmt::format("in/{:02}.yaml", i)] = filler;
  const auto result = check({.paths = {"in"}}, files);
  CHECK(rules_of(result) == std::vector<std::string>{"VMA102"});
  CHECK_THAT(render(result.diagnostics, result.sources), ContainsSubstring("MiB"));
}
