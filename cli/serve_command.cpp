#include "cli/serve_command.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/version.hpp"
#include "core/base/encoding.hpp"

namespace vmcpauth::cli {

namespace {

constexpr std::size_t kLongestHostName = 253;  // RFC 1035 §2.3.4

template <class T>
using Checked = std::expected<T, UsageError>;

std::unexpected<UsageError> usage(const Invocation& invocation, std::string message, std::optional<std::string> hint = std::nullopt) {
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
  if (!url) return usage(invocation, fmt::format("--issuer '{}': {}", shown, url.error().message()));
  if (url->has_query() || url->has_fragment()) return usage(invocation, fmt::format("--issuer '{}': an issuer has no query and no fragment", shown));
  if (url->text().ends_with('/')) return usage(invocation, fmt::format("--issuer '{}': an issuer has no trailing slash", shown));
  if (!url->is_https() && !url->is_loopback()) {
    return usage(invocation, fmt::format("--issuer '{}': http is for loopback addresses only", shown),
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
    if (name.empty()) return usage(invocation, fmt::format("--mock-idps={}: an empty name", printable(*list, 100)));
    if (std::ranges::find(mocks.names, name) != mocks.names.end()) {
      return usage(invocation, fmt::format("--mock-idps={}: '{}' twice", printable(*list, 100), printable(name, 100)));
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
      return usage(invocation, fmt::format("--{} needs a PATH: the demo has no configuration to apply it to", name),
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
    if (!address) return usage(invocation, fmt::format("--listen '{}': {}", printable(*listen, 100), address.error().message()));
    options.listen = *std::move(address);
  }
  if (std::ranges::any_of(invocation.arguments(), &std::string::empty)) return usage(invocation, "an empty PATH");
  options.paths = invocation.arguments();
  options.server = invocation.value("server");
  options.overlay = invocation.value("overlay");
  options.walkthrough = invocation.has("walkthrough");
  options.presentation = presentation(invocation, terminal, env);
  options.version = kVersion;
  return options;
}

}  // namespace vmcpauth::cli
