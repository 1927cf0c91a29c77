#include "cli/serve_command.hpp"

#include "cli/version.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

namespace vmcpauth::cli {

namespace {

using Words = std::vector<std::string>;

std::expected<proxy::ServeOptions, UsageError> options_of_words(Words words, Terminal terminal = {}, std::map<std::string, std::string> variables = {}) {
  vmcpauth::test::FakeEnv env;
  env.values = std::move(variables);
  words.insert(words.begin(), "serve");
  const auto outcome = parse(program(), words);
  if (const auto* error = std::get_if<UsageError>(&outcome)) return std::unexpected(*error);
  return serve_options(std::get<Invocation>(outcome), terminal, env);
}

}  // namespace

TEST_CASE("serve: without arguments it is the demo on the default address") {
  const auto options = options_of_words({});
  REQUIRE(options);
  CHECK(options->demo());
  CHECK_FALSE(options->listen);
  CHECK_FALSE(options->server);
  CHECK_FALSE(options->overlay);
  CHECK(std::holds_alternative<proxy::LocalIssuer>(options->issuer));
  CHECK(std::holds_alternative<proxy::RealProviders>(options->providers));
  CHECK(options->version == kVersion);
}

TEST_CASE("serve: every option arrives") {
  const auto options = options_of_words({"deploy/", "more.yaml", "--server=research", "--overlay", "local.toml", "--mock-idps=google,github",
                                         "--listen=[::1]:0", "--issuer=https://vmcp.example.com", "--log-format=json", "-v"});
  REQUIRE(options);
  CHECK(options->paths == Words{"deploy/", "more.yaml"});
  CHECK(options->server == "research");
  CHECK(options->overlay == "local.toml");
  REQUIRE(std::holds_alternative<proxy::MockProviders>(options->providers));
  CHECK(std::get<proxy::MockProviders>(options->providers).names == Words{"google", "github"});
  CHECK(options->listen == proxy::ListenAddress{.host = "::1", .port = 0});
  REQUIRE(std::holds_alternative<proxy::GivenIssuer>(options->issuer));
  CHECK(std::get<proxy::GivenIssuer>(options->issuer).url.text() == "https://vmcp.example.com");
  CHECK(options->presentation.log_level == LogLevel::Debug);
  CHECK(options->presentation.log_format == LogFormat::Json);
}

TEST_CASE("serve: mock-idps without names replaces all, keep-issuer keeps the manifest's") {
  const auto options = options_of_words({"deploy/", "--mock-idps", "--keep-issuer"});
  REQUIRE(options);
  CHECK(std::holds_alternative<proxy::MockAllProviders>(options->providers));
  CHECK(std::holds_alternative<proxy::ManifestIssuer>(options->issuer));
}

TEST_CASE("serve: the log is for people on a terminal and JSON otherwise") {
  struct Case {
    Words words;
    bool terminal;
    LogFormat format;
    bool colour;
  };
  for (const auto& each : std::vector<Case>{
           {{}, true, LogFormat::Human, true},
           {{}, false, LogFormat::Json, false},
           {{"--log-format=human"}, false, LogFormat::Human, false},
           {{"--log-format=json"}, true, LogFormat::Json, false},
           {{"--color=always"}, false, LogFormat::Json, false},  // JSON is never coloured
           {{"--color=always", "--log-format=human"}, false, LogFormat::Human, true},
           {{"--color=never"}, true, LogFormat::Human, false},
       }) {
    const auto options = options_of_words(each.words, Terminal{.output_is_terminal = each.terminal, .error_is_terminal = each.terminal}, {{"TERM", "xterm"}});
    REQUIRE(options);
    CHECK(options->presentation.log_format == each.format);
    CHECK(options->presentation.log_colour == each.colour);
  }
}

TEST_CASE("serve: standard output and standard error are looked at apart") {
  const auto options = options_of_words({}, Terminal{.output_is_terminal = true, .error_is_terminal = false}, {{"TERM", "xterm"}});
  REQUIRE(options);
  CHECK(options->presentation.banner_colour);
  CHECK_FALSE(options->presentation.log_colour);
}

TEST_CASE("serve: quiet means warnings and no banner") {
  const auto options = options_of_words({"-q"});
  REQUIRE(options);
  CHECK(options->presentation.log_level == LogLevel::Warn);
  CHECK_FALSE(options->presentation.banner);
}

TEST_CASE("serve: values that cannot work are refused before anything starts") {
  struct Case {
    Words words;
    std::string message;  // begins with
  };
  for (const auto& each : std::vector<Case>{
           {{""}, "an empty PATH"},
           {{"--listen=4483"}, "--listen '4483': no port"},
           {{"d", "--issuer=vmcp.example.com"}, "--issuer 'vmcp.example.com': "},
           {{"d", "--issuer=http://vmcp.example.com"}, "--issuer 'http://vmcp.example.com': http is for loopback"},
           {{"d", "--issuer=https://vmcp.example.com/"}, "--issuer 'https://vmcp.example.com/': an issuer has no trailing slash"},
           {{"d", "--issuer=https://vmcp.example.com?a=b"}, "--issuer 'https://vmcp.example.com?a=b': an issuer has no query"},
           {{"d", "--issuer=https://vmcp.example.com#a"}, "--issuer 'https://vmcp.example.com#a': an issuer has no query"},
           {{"d", "--issuer=https://user@vmcp.example.com"}, "--issuer "},
           {{"d", "--issuer=javascript:alert(1)"}, "--issuer "},
           {{"d", "--mock-idps=a,,b"}, "--mock-idps=a,,b: an empty name"},
           {{"d", "--mock-idps=a,"}, "--mock-idps=a,: an empty name"},
           {{"d", "--mock-idps=a,b,a"}, "--mock-idps=a,b,a: 'a' twice"},
           {{"--server=x"}, "--server needs a PATH"},
           {{"--overlay=x.toml"}, "--overlay needs a PATH"},
           {{"--mock-idps"}, "--mock-idps needs a PATH"},
           {{"--keep-issuer"}, "--keep-issuer needs a PATH"},
           {{"d", "--issuer=https://a.example", "--keep-issuer"}, "--issuer and --keep-issuer exclude each other"},
           {{"-q", "-v"}, "--verbose and --quiet exclude each other"},
       }) {
    const auto options = options_of_words(each.words);
    INFO(each.message);
    REQUIRE_FALSE(options);
    CHECK(options.error().message.substr(0, each.message.size()) == each.message);
  }
}

TEST_CASE("serve: issuers that a tunnel or loopback may have") {
  for (const auto* issuer :
       {"https://vmcp.example.com", "https://vmcp.example.com:8443/team", "http://localhost:4483", "http://127.0.0.1:9", "http://[::1]:4483"}) {
    INFO(issuer);
    CHECK(options_of_words({"d", std::string("--issuer=") + issuer}));
  }
}

TEST_CASE("listen address: accepted") {
  struct Case {
    std::string text, host;
    std::uint16_t port;
  };
  for (const auto& each : std::vector<Case>{{"127.0.0.1:4483", "127.0.0.1", 4483},
                                            {"0.0.0.0:80", "0.0.0.0", 80},
                                            {"localhost:0", "localhost", 0},
                                            {"my-host.example.com:65535", "my-host.example.com", 65535},
                                            {"[::1]:4483", "::1", 4483},
                                            {"[::]:1", "::", 1}}) {
    INFO(each.text);
    const auto address = parse_listen_address(each.text);
    REQUIRE(address);
    CHECK(address->host == each.host);
    CHECK(address->port == each.port);
  }
}

TEST_CASE("listen address: refused") {
  for (const auto* text : {"",
                           ":",
                           ":4483",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:http",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:+1",
                           "127.0.0.1: 1",
                           "127.0.0.1:1 ",
                           "127.0.0.1:0x50",
                           "::1:4483",
                           "[::1",
                           "::1]",
                           "[::1]4483",
                           "[localhost]:1",
                           "[127.0.0.1]:1",
                           "[]:1",
                           "256.0.0.1:1",
                           "1.2.3:1",
                           "host name:1",
                           "http://localhost:1",
                           "a..b:1",
                           ".a:1",
                           "-a:1",
                           "a/b:1",
                           "a\n:1",
                           "127.0.0.1:99999999999999999999"}) {
    INFO(text);
    const auto address = parse_listen_address(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().code() == ErrorCode::InvalidInput);
  }
}

}  // namespace vmcpauth::cli
