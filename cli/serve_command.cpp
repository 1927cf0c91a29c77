#include "cli/serve_command.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "cli/version.hpp"
#include "core/base/encoding.hpp"
#include "proxy/store/location.hpp"

namespace vmcpauth::cli {

namespace {

std::vector<Option> serve_source_options() {
  return {
      {.name = "server",
       .value = "NAME",
       .help = "the VirtualMCPServer to run when the files hold several",
       .detail = "With exactly one in the files there is nothing to choose."},
      {.name = "overlay",
       .value = "FILE",
       .standard = "vmcpauth.toml beside the first PATH, when it is there",
       .completes = Completes::TomlFiles,
       .help = "local settings: backend URLs, secret values, upstream overrides",
       .detail = "The overlay supplies what a cluster would. A file named here must exist."},
      {.name = "mock-idps",
       .value = "NAME,...",
       .value_optional = true,
       .help = "replace upstream providers by built-in ones of the same name",
       .detail = "Without names all of them are replaced. The built-in ones have a sign-in page where a user is chosen and access allowed or denied, "
                 "so that nothing has to be registered anywhere. Names need the equals sign."},
      {.name = "strict-upstreams",
       .help = "refuse a request when any provider's token is missing or cannot be refreshed",
       .detail = "As ToolHive does: the client gets 401 and signs in everywhere again. By default only the backends that need the token cannot be called; "
                 "their tools stay listed and a call says where to sign in."},
  };
}

Option serve_store_option() {
  return {.name = "store",
          .value = "STORE",
          .standard = "what the configuration says, else sqlite",
          .help = "where sessions and tokens are kept",
          .detail =
              "memory; sqlite, or sqlite:PATH for another file than the one under XDG_STATE_HOME; redis://USER:PASSWORD@HOST:PORT/DB, rediss:// with TLS, "
              "redis+sentinel://HOST,HOST/MASTER or redis+cluster://HOST,HOST, with ?prefix=thv:auth:{NAMESPACE:NAME}: for the keys and ?ca=FILE "
              "for the CA. A Redis is laid out as ToolHive does. The demo keeps everything in memory."};
}

std::vector<Option> serve_address_options() {
  return {
      {.name = "walkthrough",
       .help = "stop at a page between the identity providers of a sign-in",
       .detail = "The page says which provider is next and which backends need it, what was granted so far, and offers to continue or to cancel."},
      {.name = "listen",
       .value = "HOST:PORT",
       .standard = "127.0.0.1:4483",
       .help = "the address to listen on",
       .detail = "Port 0 takes any free port; demo mode also does when the default port is taken. An address that other machines can reach is refused "
                 "for a configuration without incoming authentication. IPv6 addresses are written [::1]:4483."},
      {.name = "issuer",
       .value = "URL",
       .standard = "the address listened on",
       .excludes = {"keep-issuer"},
       .help = "the issuer that tokens and metadata name",
       .detail = "For a tunnel or a host name that leads here. Audience and resource follow it."},
      {.name = "keep-issuer",
       .excludes = {"issuer"},
       .help = "keep the issuer, audience and resource of the configuration",
       .detail = "For a host name of the configuration that already leads here, or for backends that check the real issuer. "
                 "By default all three are mapped to the address listened on, so that clients on this machine find the server they were told about."},
  };
}

std::vector<Option> output_options() {
  return {
      {.name = "log-format",
       .value = "FORMAT",
       .choices = {"auto", "human", "json"},
       .standard = "auto",
       .help = "how the log on standard error is written",
       .detail = "With auto, for people on a terminal and one JSON object a line otherwise."},
      color_option(),
      {.name = "verbose", .letter = 'v', .excludes = {"quiet"}, .help = "log every step, not only one line a request", .detail = "Secrets stay redacted."},
      {.name = "quiet", .letter = 'q', .excludes = {"verbose"}, .help = "log warnings and errors only, and print no banner"},
  };
}

}  // namespace

Command serve_command() {
  Command command{
      .name = "serve",
      .summary = "run the authorization server and the injecting proxy on this machine",
      .description =
          {"Reads ToolHive's manifests or vMCP runtime files, runs the embedded authorization server they describe and forwards MCP requests to the "
           "backends, giving each the credential its strategy asks for. A PATH is a file or a folder of YAML files; with several, all are read as one "
           "configuration. All problems of the configuration are reported at once, and nothing starts while there is one.",
           "Without PATH it runs the demo: two built-in identity providers and three MCP backends whose tool whoami answers with the claims of the token "
           "it was given. Everything listens on loopback and nothing is kept.",
           "SIGINT and SIGTERM let requests in flight finish and then end the program with status 0. SIGHUP reads the configuration again and keeps the "
           "sessions; when the new configuration has an error the old one stays."},
      .arguments = {{.name = "PATH", .many = true, .completes = Completes::Files, .help = "manifests, vMCP runtime files or folders of them"}},
      .examples = {{"vmcpauth serve", "the demo: sign in at two built-in providers, call three demo backends"},
                   {"vmcpauth serve deploy/", "what the manifests in deploy/ describe, with their real identity providers"},
                   {"vmcpauth serve deploy/ --mock-idps", "the same with built-in identity providers, so that nothing has to be registered"},
                   {"vmcpauth serve deploy/ --server research --listen 127.0.0.1:8080", "one of several servers, on a port of your choice"}},
  };
  for (const auto& group : {serve_source_options(), serve_address_options(), output_options()}) {
    command.options.insert(command.options.end(), group.begin(), group.end());
  }
  command.options.push_back(serve_store_option());
  return command;
}

namespace {

constexpr std::size_t kLongestHostName = 253;  // RFC 1035 §2.3.4

template <class T>
using Checked = std::expected<T, UsageError>;

std::unexpected<UsageError> serve_usage(const Invocation& invocation, std::string message, std::optional<std::string> hint = std::nullopt) {
  return std::unexpected(UsageError{std::move(message), std::move(hint), &invocation.command()});
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

// RFC 1123 §2.1 labels; a name of digits and dots alone is an IPv4 address or nothing.
bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > kLongestHostName || host.find_first_not_of("0123456789.") == std::string_view::npos) return false;
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return std::ranges::all_of(host, allowed) && host.find("..") == std::string_view::npos && !host.starts_with('.') && !host.starts_with('-');
}

// An issuer identifier as RFC 8414 §2 wants it, and ToolHive: https but on loopback, no query, fragment or trailing slash.
Checked<proxy::IssuerChoice> issuer_choice(const Invocation& invocation) {
  if (invocation.has("keep-issuer")) return proxy::ManifestIssuer{};
  const auto text = invocation.value("issuer");
  if (!text) return proxy::LocalIssuer{};
  const auto shown = printable(*text, 100);
  auto url = Url::parse(*text);
  if (!url) return serve_usage(invocation, fmt::format("--issuer '{}': {}", shown, url.error().message()));
  if (url->has_query() || url->has_fragment()) return serve_usage(invocation, fmt::format("--issuer '{}': an issuer has no query and no fragment", shown));
  if (url->text().ends_with('/')) return serve_usage(invocation, fmt::format("--issuer '{}': an issuer has no trailing slash", shown));
  if (!url->is_https() && !url->is_loopback()) {
    return serve_usage(invocation, fmt::format("--issuer '{}': http is for loopback addresses only", shown),
                       "use https, as a tunnel or a proxy in front provides it");
  }
  return proxy::GivenIssuer{*std::move(url)};
}

Checked<proxy::ProviderChoice> provider_choice(const Invocation& invocation) {
  if (!invocation.has("mock-idps")) return proxy::RealProviders{};
  const auto list = invocation.value("mock-idps");
  if (!list) return proxy::MockAllProviders{};
  proxy::MockProviders mocks;
  std::string_view rest = *list;
  while (true) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string name(rest.substr(0, comma));
    if (name.empty()) return serve_usage(invocation, fmt::format("--mock-idps={}: an empty name", printable(*list, 100)));
    if (std::ranges::find(mocks.names, name) != mocks.names.end()) {
      return serve_usage(invocation, fmt::format("--mock-idps={}: '{}' twice", printable(*list, 100), printable(name, 100)));
    }
    mocks.names.push_back(name);
    if (comma == rest.size()) break;
    rest.remove_prefix(comma + 1);
  }
  return mocks;
}

proxy::Presentation presentation(const Invocation& invocation, const Terminal& terminal, const Env& env) {
  proxy::Presentation how;
  if (invocation.has("verbose")) how.log_level = LogLevel::Debug;
  if (invocation.has("quiet")) how.log_level = LogLevel::Warn;
  const auto format = invocation.value("log-format").value_or("auto");
  const bool human = format == "human" || (format == "auto" && terminal.error_is_terminal);
  how.log_format = human ? LogFormat::Human : LogFormat::Json;
  const auto colour = colour_choice(invocation.value("color").value_or("auto"));
  how.log_colour = human && use_colour(colour, terminal.error_is_terminal, env);
  how.banner = !invocation.has("quiet");
  how.banner_colour = use_colour(colour, terminal.output_is_terminal, env);
  return how;
}

// Options that only mean something for a configuration that was named.
Checked<void> check_demo(const Invocation& invocation) {
  if (!invocation.arguments().empty()) return {};
  for (const auto* name : {"server", "overlay", "mock-idps", "keep-issuer"}) {
    if (invocation.has(name)) {
      return serve_usage(invocation, fmt::format("--{} needs a PATH: the demo has no configuration to apply it to", name),
                         fmt::format("vmcpauth serve deploy/ --{} ...", name));
    }
  }
  return {};
}

}  // namespace

Result<proxy::ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(ErrorCode::InvalidInput, "no port: it is HOST:PORT");
  std::string host(text.substr(0, colon));
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
    return fail(ErrorCode::InvalidInput, "the port is a number from 0 to 65535");
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6(host)) return fail(ErrorCode::InvalidInput, "not an IPv6 address between the brackets");
  } else if (is_ipv6(host)) {
    return fail(ErrorCode::InvalidInput, "an IPv6 address needs brackets: [::1]:4483");
  } else if (!is_ipv4(host) && !is_host_name(host)) {
    return fail(ErrorCode::InvalidInput, host.empty() ? "no host: it is HOST:PORT" : "not a host name or address");
  }
  return proxy::ListenAddress{.host = std::move(host), .port = port};
}

std::expected<proxy::ServeOptions, UsageError> serve_options(const Invocation& invocation, const Terminal& terminal, const Env& env) {
  proxy::ServeOptions options;
  TRY_VOID(check_demo(invocation));
  TRY(options.issuer, issuer_choice(invocation));
  TRY(options.providers, provider_choice(invocation));
  if (const auto listen = invocation.value("listen")) {
    auto address = parse_listen_address(*listen);
    if (!address) return serve_usage(invocation, fmt::format("--listen '{}': {}", printable(*listen, 100), address.error().message()));
    options.listen = *std::move(address);
  }
  if (std::ranges::any_of(invocation.arguments(), &std::string::empty)) return serve_usage(invocation, "an empty PATH");
  options.paths = invocation.arguments();
  options.server = invocation.value("server");
  if (const auto store = invocation.value("store")) {
    if (auto location = proxy::parse_store_location(*store); !location) {
      return serve_usage(invocation, fmt::format("--store: {}", location.error().message()), "vmcpauth serve deploy/ --store sqlite:./sessions.db");
    }
    options.store = *store;
  }
  options.overlay = invocation.value("overlay");
  options.walkthrough = invocation.has("walkthrough");
  options.strict_upstreams = invocation.has("strict-upstreams");
  options.presentation = presentation(invocation, terminal, env);
  options.version = kVersion;
  return options;
}

std::expected<ExitStatus, UsageError> run_serve(const World& world, const Invocation& invocation) {
  TRY(const auto options, serve_options(invocation, world.terminal, world.env));
  const auto served = world.serve(options);
  return served ? ExitStatus::Fine : report_failure(world, served.error());
}

}  // namespace vmcpauth::cli
