// testdata/config/<case>/: every file but want.txt and args.txt is input; want.txt is the whole text of the findings,
// followed (when args.txt says `load`) by the resolved Runtime. A new case needs no code.
// args.txt, one a line: load | server NAME | origin URL | issuer URL | keep-issuer | mock all | mock NAME | env NAME=VALUE | path PATH
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "core/config/load.hpp"
#include "core/config/render.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/config/runtime_dump.hpp"

namespace fs = std::filesystem;
using namespace vmcpauth;
using namespace vmcpauth::config;

namespace {

const fs::path kCases = fs::path(VMCPAUTH_SOURCE_DIR) / "testdata" / "config";

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Case {
  LoadOptions options;
  bool load = false;
  test::FakeFiles files;
  test::FakeEnv env;
};

void read_argument(const std::string& line, Case& out) {
  const auto space = line.find(' ');
  const std::string word = line.substr(0, space);
  const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
  if (word == "load")
    out.load = true;
  else if (word == "server")
    out.options.server = rest;
  else if (word == "origin")
    out.options.local_origin = rest;
  else if (word == "keep-issuer")
    out.options.issuer = "keep";
  else if (word == "issuer")
    out.options.issuer = rest;
  else if (word == "mock" && rest == "all")
    out.options.mock_upstreams.all = true;
  else if (word == "mock")
    out.options.mock_upstreams.names.push_back(rest);
  else if (word == "env")
    out.env.values[rest.substr(0, rest.find('='))] = rest.substr(rest.find('=') + 1);
  else if (word == "path")
    out.options.paths.push_back(rest);
  else
    FAIL("args.txt: " << line);
}

Case read_case(const fs::path& folder) {
  Case out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto name = fs::relative(entry.path(), folder).string();
    if (name == "want.txt") continue;
    if (name != "args.txt") {
      out.files.content["in/" + name] = slurp(entry.path());
      continue;
    }
    std::istringstream lines(slurp(entry.path()));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) read_argument(line, out);
    }
  }
  if (out.options.paths.empty()) out.options.paths = {"in"};
  return out;
}

std::string run(const Case& c) {
  const auto result = c.load ? load(c.options, c.files, c.env) : check(c.options, c.files);
  std::string out = render(result.diagnostics, result.sources);
  out += summary(result.diagnostics, result.statistics.files) +
         fmt::format("; {} resources, {} ignored\n", result.statistics.resources, result.statistics.ignored_documents);
  if (result.runtime) out += "----\n" + test::dump(*result.runtime);
  // A Runtime exists exactly when load() found no error.
  CHECK(result.runtime.has_value() == (c.load && !result.diagnostics.has_errors()));
  return out;
}

}  // namespace

TEST_CASE("config: every case in testdata/config gives exactly its findings") {
  const bool update = std::getenv("VMCPAUTH_UPDATE_WANT") != nullptr;
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  CHECK(folders.size() >= 60);
  for (const auto& folder : folders) {
    CAPTURE(folder.filename().string());
    const auto got = run(read_case(folder));
    if (update) std::ofstream(folder / "want.txt", std::ios::binary) << got;
    CHECK(got == slurp(folder / "want.txt"));
  }
}

TEST_CASE("config: what runs without findings also checks without errors") {
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (!entry.is_directory()) continue;
    auto c = read_case(entry.path());
    if (!c.load || !load(c.options, c.files, c.env).runtime) continue;
    CAPTURE(entry.path().filename().string());
    CHECK_FALSE(check(c.options, c.files).diagnostics.has_errors());
  }
}
