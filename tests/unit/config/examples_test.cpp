// Every example manifest of ToolHive gives exactly the findings it deserves, practice included:
// testdata/validate-examples.txt, reviewed by hand. Skipped when the examples are not beside the tree.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "core/config/render.hpp"
#include "core/config/report/validation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/config/shared_data.hpp"

using namespace vmcpauth;
using namespace vmcpauth::config;

TEST_CASE("config: ToolHive's examples give exactly the findings they deserve") {
  const auto folder = test::shared_data("toolhive-examples");
  if (!folder) return;
  test::FakeFiles files;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    files.content[entry.path().filename().string()] = text.str();
  }
  REQUIRE(files.content.size() >= 25);
  std::string got;
  for (const auto& [name, text] : files.content) {
    const auto result = validate({.load = {.paths = {name}, .practice = true}}, files).loaded;
    got += fmt::format("== {}: {} resources, {} ignored\n", name, result.statistics.resources, result.statistics.ignored_documents);
    got += render(result.diagnostics, result.sources, {.excerpts = false});
  }
  const auto want_path = std::filesystem::path(VMCPAUTH_SOURCE_DIR) / "testdata" / "validate-examples.txt";
  if (std::getenv("VMCPAUTH_UPDATE_WANT") != nullptr) std::ofstream(want_path, std::ios::binary) << got;
  std::ifstream in(want_path, std::ios::binary);
  std::ostringstream want;
  want << in.rdbuf();
  CHECK(got == want.str());
}
