#include "cli/login_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/oauth/client_id_document.hpp"

namespace vmcpauth::cli {

namespace {

template <class T>
using Checked = std::expected<T, UsageError>;

constexpr std::chrono::milliseconds kLongestWait{3'600'000};

std::unexpected<UsageError> login_usage(const Invocation& invocation, std::string message, std::optional<std::string> hint = std::nullopt) {
  return std::unexpected(UsageError{std::move(message), std::move(hint), &invocation.command()});
}

std::vector<Option> client_options() {
  return {
      {.name = "client-id",
       .value = "ID",
       .excludes = {"client-metadata-url"},
       .help = "the client registered for you at the authorization server",
       .detail = "Without it an earlier login's client is used, or one is registered."},
      {.name = "client-secret-env",
       .value = "NAME",
       .excludes = {"client-key"},
       .help = "environment variable with the client's secret",
       .detail = "Secrets are never taken from the command line, which other users of the machine can see."},
      {.name = "client-key",
       .value = "FILE",
       .completes = Completes::Files,
       .excludes = {"client-secret-env"},
       .help = "PEM private key the client authenticates with (private_key_jwt)"},
      {.name = "client-key-id", .value = "KID", .help = "key id the authorization server knows that key by"},
      {.name = "client-metadata-url", .value = "URL", .excludes = {"client-id"}, .help = "client metadata document to be known by, where the server takes one"},
  };
}

std::vector<Option> grant_options() {
  return {
      {.name = "device", .excludes = {"client-credentials", "assertion-env", "assertion-file", "id-token-env"}, .help = "sign in on another device, by a code"},
      {.name = "client-credentials",
       .excludes = {"device", "assertion-env", "assertion-file", "id-token-env"},
       .help = "sign in as the client itself, without a person"},
      {.name = "assertion-env",
       .value = "NAME",
       .excludes = {"device", "client-credentials", "assertion-file", "id-token-env"},
       .help = "sign in with the JWT in this environment variable (RFC 7523, workload identity)"},
      {.name = "assertion-file",
       .value = "FILE",
       .completes = Completes::Files,
       .excludes = {"device", "client-credentials", "assertion-env", "id-token-env"},
       .help = "sign in with the JWT in this file"},
      {.name = "id-token-env",
       .value = "NAME",
       .excludes = {"device", "client-credentials", "assertion-env", "assertion-file"},
       .help = "sign in with your company's ID token in this environment variable (enterprise-managed authorization)",
       .detail = "It is exchanged for an identity assertion at --idp-token-endpoint, which the authorization server takes instead of a person in a browser."},
      {.name = "idp-token-endpoint", .value = "URL", .help = "where that ID token is exchanged"},
      {.name = "idp-client-id", .value = "ID", .help = "the client registered at the company's identity provider"},
      {.name = "idp-client-secret-env", .value = "NAME", .help = "environment variable with that client's secret"},
  };
}

std::vector<Option> browser_options() {
  return {
      {.name = "scope", .value = "SCOPE", .repeatable = true, .help = "ask for these scopes instead of those the server names"},
      {.name = "issuer", .value = "URL", .help = "the authorization server to use when the MCP server names several"},
      {.name = "port",
       .value = "PORT",
       .standard = "a free one",
       .help = "the port on 127.0.0.1 the browser comes back to",
       .detail = "For authorization servers that know one fixed redirect URI: http://127.0.0.1:PORT/callback."},
      {.name = "redirect-host",
       .value = "HOST",
       .choices = {"127.0.0.1", "localhost"},
       .standard = "127.0.0.1",
       .help = "how the redirect URI names this machine",
       .detail = "For authorization servers that know the client by http://localhost:PORT/callback."},
      {.name = "no-browser", .help = "print the URL instead of opening a browser, and take the pasted redirect URL"},
      {.name = "timeout", .value = "DURATION", .standard = "5m", .help = "how long to wait for the browser to come back"},
      {.name = "dpop", .help = "bind the tokens to a key of this machine (DPoP), also where the server does not ask for it"},
      {.name = "ca", .value = "FILE", .completes = Completes::Files, .help = "PEM file with the certificate authorities to trust instead of the system's"},
  };
}

// The place an option names; a file by its absolute path, because it may be kept.
client::SecretSource place(const Invocation& invocation, std::string_view option) {
  const auto name = *invocation.value(option);
  if (option.ends_with("-env")) return {client::SecretSource::Kind::Variable, name};
  std::error_code failed;
  const auto absolute = std::filesystem::absolute(name, failed);
  return {client::SecretSource::Kind::File, failed ? name : absolute.string()};
}

Checked<Secret> secret_at(const World& world, const Invocation& invocation, std::string_view option) {
  auto secret = client::read_secret(place(invocation, option), world.env, world.files);
  if (!secret) return login_usage(invocation, fmt::format("--{}: {}", option, secret.error().message()));
  return *std::move(secret);
}

Checked<Url> url_option(const Invocation& invocation, std::string_view option) {
  const auto text = *invocation.value(option);
  auto url = Url::parse(text);
  if (!url) return login_usage(invocation, fmt::format("--{} '{}': {}", option, printable(text, 100), url.error().message()));
  if (!url->is_https() && !url->is_loopback())
    return login_usage(invocation, fmt::format("--{} '{}': http is for loopback addresses only", option, printable(text, 100)));
  return *std::move(url);
}

Checked<std::optional<client::ClientIdentity>> given_client(const World& world, const Invocation& invocation) {
  if (!invocation.has("client-id")) {
    for (const auto* name : {"client-secret-env", "client-key", "client-key-id"}) {
      if (invocation.has(name)) return login_usage(invocation, fmt::format("--{} needs --client-id", name));
    }
    return std::nullopt;
  }
  client::ClientIdentity out;
  out.id = *invocation.value("client-id");
  if (out.id.empty()) return login_usage(invocation, "--client-id is empty");
  if (invocation.has("client-secret-env")) {
    TRY(out.secret, secret_at(world, invocation, "client-secret-env"));
  }
  if (invocation.has("client-key")) {
    TRY(out.key_pem, secret_at(world, invocation, "client-key"));
  }
  out.key_id = invocation.value("client-key-id").value_or("");
  return out;
}

Checked<void> read_identity_assertion(const World& world, const Invocation& invocation, client::LoginSettings& out) {
  if (!invocation.has("idp-token-endpoint")) return login_usage(invocation, "--id-token-env needs --idp-token-endpoint");
  TRY(out.assertion, secret_at(world, invocation, "id-token-env"));
  TRY(out.idp_token_endpoint, url_option(invocation, "idp-token-endpoint"));
  client::ClientIdentity idp;
  idp.id = invocation.value("idp-client-id").value_or("");
  out.source = {.assertion = place(invocation, "id-token-env"), .idp_token_endpoint = out.idp_token_endpoint, .idp_client_id = idp.id, .idp_client_secret = {}};
  if (invocation.has("idp-client-secret-env")) {
    TRY(idp.secret, secret_at(world, invocation, "idp-client-secret-env"));
    idp.method = client::AuthMethod::Basic;
    out.source->idp_client_secret = place(invocation, "idp-client-secret-env");
  }
  out.idp_client = std::move(idp);
  return {};
}

Checked<void> read_grant(const World& world, const Invocation& invocation, client::LoginSettings& out) {
  if (invocation.has("device")) out.grant = client::GrantKind::DeviceCode;
  if (invocation.has("client-credentials")) out.grant = client::GrantKind::ClientCredentials;
  for (const auto* option : {"assertion-env", "assertion-file"}) {
    if (!invocation.has(option)) continue;
    out.grant = client::GrantKind::JwtBearer;
    TRY(out.assertion, secret_at(world, invocation, option));
    out.source.emplace();
    out.source->assertion = place(invocation, option);
  }
  if (!invocation.has("id-token-env")) return {};
  out.grant = client::GrantKind::IdentityAssertion;
  return read_identity_assertion(world, invocation, out);
}

Checked<oauth::Scopes> read_scopes(const Invocation& invocation) {
  oauth::Scopes out;
  for (const auto& text : invocation.values("scope")) {
    const auto scopes = oauth::parse_scope(text);
    if (!scopes) return login_usage(invocation, fmt::format("--scope '{}': {}", printable(text, 100), scopes.error().message()));
    out = oauth::scope_union(std::move(out), *scopes);
  }
  return out;
}

Checked<std::uint16_t> read_port(const Invocation& invocation) {
  const auto text = *invocation.value("port");
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0)
    return login_usage(invocation, fmt::format("--port '{}': a port is a number from 1 to 65535", printable(text, 20)));
  return port;
}

Checked<proxy::AgentOptions> agent_options(const World& world, const Invocation& invocation) {
  proxy::AgentOptions out;
  out.open_browser = !invocation.has("no-browser");
  if (!out.open_browser) out.paste_descriptor = 0;
  if (world.terminal.input_is_terminal && world.terminal.error_is_terminal) out.terminal_descriptor = 0;
  out.host = invocation.value("redirect-host");
  if (invocation.has("port")) {
    TRY(out.port, read_port(invocation));
  }
  if (const auto text = invocation.value("timeout")) {
    const auto time = parse_go_duration(*text);
    if (!time || *time <= std::chrono::nanoseconds(0) || *time > kLongestWait)
      return login_usage(invocation, fmt::format("--timeout '{}': a time like 90s or 5m, at most 1h", printable(*text, 20)));
    out.timeout = std::chrono::ceil<std::chrono::milliseconds>(*time);
  }
  for (const auto* name : {"client-secret-env", "assertion-env", "id-token-env", "idp-client-secret-env"}) {
    if (const auto variable = invocation.value(name)) out.withheld_variables.push_back(*variable);
  }
  out.say = [&error = world.error](std::string_view line) { error << line << '\n' << std::flush; };
  return out;
}

}  // namespace

std::vector<Option> login_options() {
  auto out = browser_options();
  for (auto& options : {client_options(), grant_options()}) out.insert(out.end(), options.begin(), options.end());
  return out;
}

std::expected<Url, UsageError> server_argument(const Invocation& invocation) {
  if (invocation.arguments().empty())
    return login_usage(invocation, "which server? its URL is missing", "vmcpauth " + invocation.command().name + " https://mcp.example.com/mcp");
  const auto& text = invocation.arguments().front();
  auto url = Url::parse(text);
  if (!url) return login_usage(invocation, fmt::format("'{}': {}", printable(text, 100), url.error().message()));
  if (url->has_fragment()) return login_usage(invocation, fmt::format("'{}': an MCP server's URL has no fragment", printable(text, 100)));
  if (!url->is_https() && !url->is_loopback()) {
    return login_usage(invocation, fmt::format("'{}': http is for loopback addresses only, because tokens would travel in the clear", printable(text, 100)));
  }
  return *std::move(url);
}

std::expected<LoginRequest, UsageError> read_login_options(const World& world, const Invocation& invocation) {
  TRY(auto server, server_argument(invocation));
  LoginRequest out{.settings = {.server = std::move(server)}, .agent = {}};
  auto& settings = out.settings;
  settings.issuer = invocation.value("issuer");
  TRY(settings.client, given_client(world, invocation));
  if (const auto document = invocation.value("client-metadata-url")) {
    if (auto url = oauth::parse_document_url(*document, oauth::LoopbackDocuments::Allowed); !url) {
      return login_usage(invocation, fmt::format("--client-metadata-url '{}': {}", printable(*document, 100), url.error().message()));
    }
    settings.client_metadata_url = *document;
  }
  TRY(settings.scopes, read_scopes(invocation));
  TRY_VOID(read_grant(world, invocation, settings));
  settings.dpop = invocation.has("dpop");
  settings.trust.ca_bundle_path = invocation.value("ca");
  TRY(out.agent, agent_options(world, invocation));
  return out;
}

}  // namespace vmcpauth::cli
