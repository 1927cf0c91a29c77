// What needs values, the real file system or big input.
#include <chrono>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "core/config/load.hpp"
#include "core/config/render.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/temp_dir.hpp"

using namespace vmcpauth;
using namespace vmcpauth::config;
namespace fs = std::filesystem;

namespace {

constexpr const char* kRuntime = R"(name: dev
groupRef: tools
incomingAuth: {type: anonymous}
outgoingAuth:
  source: inline
  default:
    type: header_injection
    headerInjection: {headerName: Authorization, headerValueEnv: TOKEN}
backends:
  - {name: a, url: "http://127.0.0.1:1/mcp", transport: sse}
)";

const HeaderInjection& header(const LoadResult& result) { return std::get<HeaderInjection>(result.runtime->backends.at(0).strategy); }

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string manifest(int i) {
  return fmt::format("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata: {{name: g{}}}\nspec: {{description: text}}\n", i);
}

}  // namespace

TEST_CASE("load: secrets come from the overlay before the environment") {
  test::FakeFiles files;
  test::FakeEnv env;
  files.content["c/config.yaml"] = kRuntime;
  env.values["TOKEN"] = "from environment";
  const auto plain = load({.paths = {"c"}}, files, env);
  REQUIRE(plain.runtime);
  CHECK(header(plain).header_value.reveal() == "from environment");
  files.content["c/vmcpauth.toml"] = "[env]\nTOKEN = \"file:sub/token\"\n";
  files.content["c/sub/token"] = "\n from file \n";
  const auto overlaid = load({.paths = {"c"}}, files, env);
  REQUIRE(overlaid.runtime);
  CHECK(header(overlaid).header_value.reveal() == "from file");
}

TEST_CASE("load: an empty or missing secret is an error that does not start") {
  test::FakeFiles files;
  test::FakeEnv env;
  files.content["c/config.yaml"] = kRuntime;
  CHECK_FALSE(load({.paths = {"c"}}, files, env).runtime);
  env.values["TOKEN"] = "";
  CHECK_FALSE(load({.paths = {"c"}}, files, env).runtime);
  env.values["TOKEN"] = " \n";
  const auto blank = load({.paths = {"c"}}, files, env);
  CHECK_FALSE(blank.runtime);
  CHECK_THAT(render(blank.diagnostics, blank.sources), ContainsSubstring("error[VMA303]: the environment variable TOKEN is empty"));
}

TEST_CASE("load: stringData goes before data, base64 is decoded, bearer tokens get their scheme") {
  test::FakeFiles files;
  files.content["c/a.yaml"] = R"(apiVersion: v1
kind: Secret
metadata: {name: s}
data: {token: YmFzZTY0, other: b3RoZXI=}
stringData: {token: text}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPExternalAuthConfig
metadata: {name: bearer}
spec: {type: bearerToken, bearerToken: {tokenSecretRef: {name: s, key: token}}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPExternalAuthConfig
metadata: {name: header}
spec: {type: headerInjection, headerInjection: {headerName: X-Key, valueSecretRef: {name: s, key: other}}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: VirtualMCPServer
metadata: {name: v}
spec:
  groupRef: {name: g}
  incomingAuth: {type: anonymous}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: one}
spec: {remoteUrl: "https://one.example.com", transport: sse, groupRef: {name: g}, externalAuthConfigRef: {name: bearer}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: two}
spec: {remoteUrl: "https://two.example.com", transport: sse, groupRef: {name: g}, externalAuthConfigRef: {name: header}}
)";
  const auto result = load({.paths = {"c"}}, files, test::FakeEnv());
  CAPTURE(render(result.diagnostics, result.sources));
  REQUIRE(result.runtime);
  REQUIRE(result.runtime->backends.size() == 2);
  CHECK(header(result).header_name == "Authorization");
  CHECK(header(result).header_value.reveal() == "Bearer text");
  CHECK(std::get<HeaderInjection>(result.runtime->backends[1].strategy).header_value.reveal() == "other");
}

TEST_CASE("load: no value of a secret is in any finding") {
  test::FakeFiles files;
  test::FakeEnv env;
  std::string text = kRuntime;
  text.replace(text.find("headerValueEnv: TOKEN"), 21, "headerValue: hunter2-marker, nonsense: 1");
  files.content["c/config.yaml"] = text;
  files.content["c/s.yaml"] =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: [x]\nstringData:\n  pem: |\n    line hunter2-marker\n    more hunter2-marker\n  number: 1\n"
      "  plain: hunter2-marker\n    hunter2-marker\n  quoted: \"hunter2-marker\n    hunter2-marker\"\nstringDatum: {}\n";
  const auto result = load({.paths = {"c"}}, files, env);
  const auto shown = render(result.diagnostics, result.sources);
  CHECK(result.diagnostics.has_errors());
  CHECK(shown.find("hunter2") == std::string::npos);
  // Every line of the files, had a finding pointed there.
  for (FileId file = 0; file < result.sources.size(); ++file) {
    for (std::uint32_t at = 0; at < result.sources.text(file).size(); ++at)
      CHECK(result.sources.excerpt({file, at, 1}).text.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("load: standard input is read as YAML or JSON") {
  const test::FakeFiles files;
  const auto yaml = check({.paths = {"-"}, .stdin_text = InputText{"<stdin>", manifest(1)}}, files);
  CHECK(yaml.statistics.resources == 1);
  CHECK(yaml.diagnostics.all().empty());
  const auto json = check(
      {.paths = {"-"},
       .stdin_text = InputText{"<stdin>", R"({"apiVersion": "toolhive.stacklok.dev/v1beta1", "kind": "MCPGroup", "metadata": {"name": "a"}, "spek": {}})"}},
      files);
  CHECK_THAT(render(json.diagnostics, json.sources), ContainsSubstring("<stdin>:1:96: error[VMA201]: MCPGroup has no field \"spek\""));
}

TEST_CASE("load: folders are read in order, links between folders are not followed, unreadable files are findings") {
  const test::TempDir temp;
  const SystemFiles files;
  write(temp.path() / "b/second.yaml", manifest(2));
  write(temp.path() / "a/first.yml", manifest(1));
  write(temp.path() / "a/notes.txt", "not: read");
  write(temp.path() / ".git/hidden.yaml", "also: [not read");
  fs::create_directory_symlink("..", temp.path() / "a/loop");
  fs::create_symlink("nowhere", temp.path() / "dangling.yaml");
  fs::create_directory(temp.path() / "folder.yaml");
  const auto result = check({.paths = {temp.path().string()}}, files);
  CHECK(result.statistics.resources == 2);
  REQUIRE(result.sources.size() >= 2);
  CHECK_THAT(result.sources.name(0), ContainsSubstring("a/first.yml"));
  CHECK_THAT(render(result.diagnostics, result.sources), ContainsSubstring("dangling.yaml:1:1: error[VMA101]"));
  CHECK(result.diagnostics.count(Severity::Error) == 1);
}

TEST_CASE("load: hostile sizes end in findings") {
  test::FakeFiles files;
  files.content["c/big.yaml"] = std::string(17U << 20U, 'a');
  files.content["c/wide.yaml"] = [] {
    std::string text = "items: [";
    for (int i = 0; i < 310'000; ++i) text += "1,";
    return text + "]\n";
  }();
  files.content["c/one-line.yaml"] = "kind: " + std::string(1'000'000, 'x') + "\n";
  const auto result = check({.paths = {"c"}}, files);
  const auto shown = render(result.diagnostics, result.sources, {.excerpts = false});
  CHECK_THAT(shown, ContainsSubstring("c/big.yaml:1:1: error[VMA102]"));
  CHECK_THAT(shown, ContainsSubstring("more than 300000 values in one file"));
}

TEST_CASE("load: many resources in many files") {
  test::FakeFiles files;
  for (int i = 0; i < 200; ++i) {
    std::string text;
    for (int j = 0; j < 5; ++j) text += manifest(i * 5 + j) + "---\n";
    files.content[fmt::format("c/f{:04}.yaml", i)] = text;
  }
  const auto result = check({.paths = {"c"}}, files);
  CHECK(result.statistics.resources == 1000);
  CHECK(result.diagnostics.all().empty());
}

TEST_CASE("load: the overlay says where to listen and whether to keep the issuer") {
  test::FakeFiles files;
  files.content["c/config.yaml"] = kRuntime;
  files.content["o/mine.toml"] = "[local]\nlisten = \"127.0.0.1:0\"\nissuer = \"keep\"\n";
  test::FakeEnv env;
  env.values["TOKEN"] = "x";
  const auto result = load({.paths = {"c"}, .overlay_path = "o/mine.toml"}, files, env);
  CHECK(result.runtime);
  CHECK(result.listen == "127.0.0.1:0");
  CHECK(result.issuer == "keep");
  const auto missing = load({.paths = {"c"}, .overlay_path = "o/none.toml"}, files, env);
  CHECK_FALSE(missing.runtime);
}

TEST_CASE("load: two overlays are one too many") {
  test::FakeFiles files;
  files.content["c/config.yaml"] = kRuntime;
  files.content["c/vmcpauth.toml"] = "";
  files.content["c/sub/vmcpauth.toml"] = "";
  const auto result = check({.paths = {"c"}}, files);
  CHECK_THAT(render(result.diagnostics, result.sources), ContainsSubstring("there is a second overlay"));
}

TEST_CASE("map_to_origin: only what has a known origin moves") {
  Runtime runtime;
  OidcIncoming incoming;
  incoming.issuer = "https://auth.example.com/tenant";
  incoming.audience = "https://mcp.example.com:8443/mcp?x=1";
  incoming.resource = "https://mcp.example.com:8443/mcp";
  runtime.incoming = incoming.client_id.empty() ? IncomingAuth(std::move(incoming)) : IncomingAuth(Anonymous{});
  AuthServer server;
  server.issuer = "https://auth.example.com/tenant";
  server.authorization_endpoint_base = "https://login.example.com";
  server.allowed_audiences = {"https://mcp.example.com:8443/mcp", "https://other.example.com/mcp", "https://mcp.example.com/mcp"};
  Upstream upstream{.name = "a", .settings = OidcSettings{.issuer_url = "https://auth.example.com"}};
  upstream.redirect_uri = "https://login.example.com/deep/oauth/callback";
  server.upstreams.push_back(std::move(upstream));
  runtime.auth_server = std::move(server);
  map_to_origin(runtime, "http://127.0.0.1:4483");
  const auto& oidc = std::get<OidcIncoming>(runtime.incoming);
  CHECK(oidc.issuer == "http://127.0.0.1:4483/tenant");
  CHECK(oidc.audience == "http://127.0.0.1:4483/mcp?x=1");
  CHECK(oidc.resource == "http://127.0.0.1:4483/mcp");
  CHECK(runtime.auth_server->issuer == oidc.issuer);
  CHECK(runtime.auth_server->authorization_endpoint_base == "http://127.0.0.1:4483");
  CHECK(runtime.auth_server->allowed_audiences ==
        std::vector<std::string>{"http://127.0.0.1:4483/mcp", "https://other.example.com/mcp", "https://mcp.example.com/mcp"});
  CHECK(runtime.auth_server->upstreams[0].redirect_uri == "http://127.0.0.1:4483/oauth/callback");
  CHECK(std::get<OidcSettings>(runtime.auth_server->upstreams[0].settings).issuer_url == "https://auth.example.com");
}
