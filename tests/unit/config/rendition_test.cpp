// What ToolHive's operator generates, and the effective configuration: testdata/rendition/<case>/ has the input, want.yaml
// (as the operator writes it; absent for runtime files) and want-effective.yaml. What is rendered is read again by our loader.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/config/render.hpp"
#include "core/config/rendition/go_duration.hpp"
#include "core/config/rendition/rendition.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/config/shared_data.hpp"

namespace fs = std::filesystem;
using namespace vmcpauth;
using namespace vmcpauth::config;

namespace {

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

rendition::Rendition rendered(const test::FakeFiles& files, const std::string& path, bool effective, const std::string& server = "") {
  rendition::Request request;
  request.input.paths = {path};
  request.input.server = server;
  request.effective = effective;
  return rendition::render(request, files);
}

std::string errors_of(const LoadResult& result) {
  std::string out;
  for (const auto& finding : result.diagnostics.all()) {
    if (finding.severity == Severity::Error) out += finding.message + "\n";
  }
  return out;
}

// The stream as one input of our own.
void check_round_trip(const std::string& text) {
  const LoadOptions options{.paths = {"-"}, .stdin_text = InputText{.name = "<stdin>", .text = text}};
  const auto read = check(options, test::FakeFiles());
  CHECK(errors_of(read) == "");
  CHECK(read.servers.size() == 1);
}

void check_text(const rendition::Rendition& rendition, const fs::path& want) {
  CAPTURE(errors_of(rendition.checked));
  REQUIRE(rendition.text.has_value());
  if (std::getenv("VMCPAUTH_UPDATE_WANT") != nullptr) std::ofstream(want, std::ios::binary) << *rendition.text;
  CHECK(*rendition.text == slurp(want));
  check_round_trip(*rendition.text);
}

}  // namespace

TEST_CASE("rendition: every case gives exactly its documents, and they can be read again") {
  std::size_t cases = 0;
  for (const auto& folder : fs::directory_iterator(fs::path(VMCPAUTH_SOURCE_DIR) / "testdata/rendition")) {
    CAPTURE(folder.path().filename().string());
    ++cases;
    test::FakeFiles files;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (!entry.path().filename().string().starts_with("want")) files.content["in/" + entry.path().filename().string()] = slurp(entry.path());
    }
    const bool manifests = files.content.contains("in/server.yaml");
    if (manifests) check_text(rendered(files, "in", false), folder.path() / "want.yaml");
    if (!manifests) CHECK_FALSE(rendered(files, "in", false).text.has_value());
    check_text(rendered(files, "in", true), folder.path() / "want-effective.yaml");
  }
  CHECK(cases >= 4);
}

TEST_CASE("rendition: no value of a secret is in it") {
  test::FakeFiles files;
  const auto folder = fs::path(VMCPAUTH_SOURCE_DIR) / "testdata/rendition/effective";
  for (const auto* name : {"config.yaml", "authserver-config.yaml", "vmcpauth.toml"}) files.content[std::string("in/") + name] = slurp(folder / name);
  const auto text = rendered(files, "in", true).text;
  REQUIRE(text.has_value());
  CHECK(text->find("marker-secret") == std::string::npos);
  CHECK(text->find("headerValue: \"[redacted]\"") != std::string::npos);
}

TEST_CASE("rendition: the server must be clear and the input without errors") {
  test::FakeFiles files;
  const std::string server =
      "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: VirtualMCPServer\nspec: {groupRef: {name: g}, incomingAuth: {type: anonymous}}\nmetadata: ";
  files.content["in/two.yaml"] = server + "{name: a}\n---\n" + server + "{name: b}\n";
  CHECK_THAT(errors_of(rendered(files, "in", false).checked), ContainsSubstring("there are 2 servers: which one?"));
  CHECK(rendered(files, "in", false, "b").text.value_or("").starts_with("# VirtualMCPServer default/b"));
  CHECK_THAT(errors_of(rendered(files, "in", false, "c").checked), ContainsSubstring("there is no server \"c\""));
  files.content["in/two.yaml"] = "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: VirtualMCPServer\nspec: {groupRf: {name: g}}\nmetadata: {name: a}\n";
  CHECK_FALSE(rendered(files, "in", false).text.has_value());
  CHECK_FALSE(rendered(files, "nowhere", false).text.has_value());
}

TEST_CASE("rendition: ToolHive's examples render and can be read again") {
  const auto folder = test::shared_data("toolhive-examples");
  if (!folder) return;
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(*folder)) {
    const auto text = slurp(entry.path());
    if (text.find("kind: VirtualMCPServer") == std::string::npos) continue;
    CAPTURE(entry.path().filename().string());
    test::FakeFiles files;
    files.content["a.yaml"] = text;
    const auto operated = rendered(files, "a.yaml", false);
    if (!operated.text) continue;  // findings of its own: testdata/validate-examples.txt
    ++count;
    check_round_trip(*operated.text);
    const auto effective = rendered(files, "a.yaml", true);
    REQUIRE(effective.text.has_value());
    check_round_trip(*effective.text);
  }
  CHECK(count >= 8);
}

TEST_CASE("rendition: durations as Go prints them") {
  using namespace std::chrono;
  const auto text = [](Nanoseconds d) { return rendition::go_duration(d); };
  CHECK(text(0s) == "0s");
  CHECK(text(1ns) == "1ns");
  CHECK(text(1500ns) == "1.5µs");
  CHECK(text(250ms) == "250ms");
  CHECK(text(90s) == "1m30s");
  CHECK(text(1h) == "1h0m0s");
  CHECK(text(-1h - 1500ms) == "-1h0m1.5s");
  CHECK(text(Nanoseconds::min()) == "-2562047h47m16.854775808s");
}
