// testdata/validate/<case>/: every file but want.txt and args.txt is input; want.txt is the whole report and the outcome. A new
// case needs no code: VMCPAUTH_UPDATE_WANT writes want.txt. Folders VMA… belong to rules_test.cpp.
// args.txt, one a line: strict | select LIST | ignore LIST | format NAME | baseline FILE | crds PATH | path PATH | stdin FILE | colour
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/config/report/formats.hpp"
#include "core/config/report/report_shapes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/json_shapes.hpp"

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

struct Case {
  ValidateOptions options{.load = {.practice = true}};
  std::vector<std::string> select, ignore;
  ReportFormat format = ReportFormat::Human;
  bool colour = false;
  test::FakeFiles files;
};

ReportFormat format_of(const std::string& name) {
  if (name == "json") return ReportFormat::Json;
  if (name == "sarif") return ReportFormat::Sarif;
  if (name == "github") return ReportFormat::GitHub;
  if (name == "junit") return ReportFormat::JUnit;
  FAIL("args.txt: format " << name);
  return ReportFormat::Human;
}

void read_argument(const std::string& line, const fs::path& folder, Case& out) {
  const auto space = line.find(' ');
  const std::string word = line.substr(0, space);
  const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
  if (word == "strict") {
    out.options.strict = true;
  } else if (word == "colour") {
    out.colour = true;
  } else if (word == "select") {
    out.select.push_back(rest);
  } else if (word == "ignore") {
    out.ignore.push_back(rest);
  } else if (word == "format") {
    out.format = format_of(rest);
  } else if (word == "baseline") {
    out.options.baseline_path = rest;
  } else if (word == "crds") {
    out.options.load.crds.push_back(rest);
  } else if (word == "path") {
    out.options.load.paths.push_back(rest);
  } else if (word == "stdin") {
    out.options.load.paths.push_back("-");
    out.options.load.stdin_text = InputText{"<stdin>", slurp(folder / rest)};
  } else {
    FAIL("args.txt: " << line);
  }
}

Case read_case(const fs::path& folder) {
  Case out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto name = fs::relative(entry.path(), folder).string();
    if (name != "want.txt" && name != "args.txt") out.files.content["in/" + name] = slurp(entry.path());
  }
  std::istringstream lines(slurp(folder / "args.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) read_argument(line, folder, out);
  }
  if (out.options.load.paths.empty()) out.options.load.paths = {"in"};
  auto selection = RuleSelection::parse(out.select, out.ignore);
  REQUIRE(selection);
  out.options.selection = *selection;
  return out;
}

std::string run(const Case& c) {
  const auto result = validate(c.options, c.files);
  const auto report = format_report(c.format, result, {.colour = c.colour, .version = "0.0.0"});
  // The same input gives the same bytes.
  CHECK(report == format_report(c.format, validate(c.options, c.files), {.colour = c.colour, .version = "0.0.0"}));
  return report + (result.incomplete() ? "==> incomplete\n" : result.failed() ? "==> failed\n" : "==> passed\n");
}

}  // namespace

TEST_CASE("validate: every case in testdata/validate gives exactly its report") {
  const bool update = std::getenv("VMCPAUTH_UPDATE_WANT") != nullptr;
  std::vector<fs::path> folders;
  std::size_t all = 0;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (!entry.is_directory()) continue;
    ++all;
    if (!entry.path().filename().string().starts_with("VMA")) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  CHECK(all >= 150);
  for (const auto& folder : folders) {
    CAPTURE(folder.filename().string());
    const auto got = run(read_case(folder));
    if (update) std::ofstream(folder / "want.txt", std::ios::binary) << got;
    CHECK(got == slurp(folder / "want.txt"));
  }
}

TEST_CASE("validate: the JSON report of every case has the members of the tables, and no table has another") {
  test::JsonShapes shapes;
  const std::vector<std::string> nothing;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (!entry.is_directory()) continue;
    CAPTURE(entry.path().filename().string());
    const auto c = read_case(entry.path());
    const auto report = parse_json_object(json_report(validate(c.options, c.files), "0.0.0"));
    REQUIRE(report);
    CHECK(shapes.problems(*report, kReportShape) == nothing);
  }
  CHECK(shapes.never_seen({&kReportShape, &kToolShape, &kSummaryShape, &kFindingShape, &kPlaceShape}) == nothing);
}
