#include "cli/doctor_command.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/call_peers.hpp"
#include "cli/commands.hpp"
#include "cli/login_options.hpp"
#include "cli/shared_options.hpp"
#include "cli/signed_in.hpp"
#include "cli/version.hpp"
#include "core/base/encoding.hpp"
#include "core/client/authorizing_streaming_client.hpp"
#include "core/doctor/steps.hpp"
#include "core/mcp/client/client.hpp"

namespace vmcpauth::cli {

namespace {

std::string named(const mcp::ServerFacts& facts) {
  const auto text = [&](const char* name) {
    const auto found = facts.info.is_object() ? optional_string(facts.info, name) : Result<std::optional<std::string>>{};
    return found && *found ? printable(**found, 60) : std::string();
  };
  const auto name = text("name");
  return name.empty() ? "an MCP server" : name + " " + text("version");
}

// The server's tools, however it speaks. Without tools in its capabilities the handshake alone is the proof.
Task<Result<doctor::RealRequest>> list_tools(mcp::Client& client) {
  CO_TRY_VOID(co_await client.connect());
  doctor::RealRequest made{.revision = client.server().revision, .server = named(client.server()), .tools = 0};
  const auto& capabilities = client.server().capabilities;
  if (capabilities.is_object() && !capabilities.contains("tools")) co_return made;
  Json none = Json::object();
  CO_TRY(auto listed, co_await client.list("tools/list", "tools", std::move(none)));
  if (listed.error) {
    co_return fail(mcp::lacks_upstream_token(*listed.error) ? ErrorCode::UpstreamToken : ErrorCode::BadResponse,
                   "tools/list: " + printable(listed.error->message, 300));
  }
  made.tools = listed.result["tools"].size();
  co_return made;
}

Task<Result<doctor::RealRequest>> list_tools_and_close(mcp::Client& client) {
  auto made = co_await list_tools(client);
  co_await client.close();
  co_return made;
}

// Unlike other commands this one looks at plain http too: that is a finding.
std::expected<LoginRequest, UsageError> examined_server(const Invocation& invocation) {
  const auto& words = invocation.arguments();
  const auto usage = [&](std::string message) {
    return std::unexpected(UsageError{std::move(message), "vmcpauth doctor https://mcp.example.com/mcp", &invocation.command()});
  };
  if (words.empty()) return usage("which server? its URL is missing");
  auto url = Url::parse(words.front());
  if (!url) return usage(fmt::format("'{}': {}", printable(words.front(), 100), url.error().message()));
  LoginRequest request{.settings = {.server = *std::move(url)}, .agent = {}};
  request.settings.trust.ca_bundle_path = invocation.value("ca");
  return request;
}

// What is stored for this server, renewed where that asks nobody; what cannot be renewed is looked at as it is.
Task<std::optional<doctor::Held>> held_credential(SignedIn& signed_in) {
  const auto renewed = co_await signed_in.tokens().current();
  static_cast<void>(renewed);  // the real request fails for the same reason, and says it
  const auto* credential = signed_in.tokens().credential();
  if (credential == nullptr || credential->access_token.empty()) co_return std::nullopt;
  doctor::Held held{.access_token = credential->access_token.clone(), .issuer = credential->issuer};
  held.scopes = credential->scopes;
  held.expires_at = credential->expires_at;
  held.renewable = !credential->refresh_token.empty();
  co_return held;
}

}  // namespace

Command doctor_command() {
  return {
      .name = "doctor",
      .summary = "find out what is wrong with an MCP server's authentication",
      .description =
          {"Walks from the first request to a real one, as a client would, and says for each step what was sent, what came back and what is wrong with it: "
           "reachability, TLS and clock, the challenge, the resource's metadata, the authorization server's metadata, keys and manners, and, with the "
           "credential that `vmcpauth login` has kept, what the token says, whether the server takes it, and how the session stands with each identity "
           "provider. Nothing is changed and nobody is asked to sign in.",
           "`vmcpauth explain VMA839` explains a finding. The command ends with status 1 when a step failed."},
      .arguments = {{.name = "URL", .required = true, .help = "the MCP server's endpoint"}},
      .options =
          {{.name = "ca", .value = "FILE", .completes = Completes::Files, .help = "PEM file with the certificate authorities to trust instead of the system's"},
           json_option("doctor-json.md"),
           color_option(),
           {.name = "verbose", .letter = 'v', .excludes = {"quiet"}, .help = "show what was sent for every step"},
           {.name = "quiet", .letter = 'q', .excludes = {"verbose"}, .help = "print nothing: the exit status says it"}},
      .examples = {{"vmcpauth doctor http://127.0.0.1:4483/mcp", "examine a local `vmcpauth serve`"},
                   {"vmcpauth doctor https://mcp.example.com/mcp --json", "for a program that reads the findings"}},
  };
}

std::expected<ExitStatus, UsageError> run_doctor(const World& world, const Invocation& invocation) {
  TRY(auto login, examined_server(invocation));
  const auto settings = login.settings.clone();
  const auto network = world.network();
  auto signed_in = SignedIn::open(world, *network, {.login = std::move(login), .asking = client::Asking::Never, .fresh = false, .verbosity = Verbosity::Quiet});
  if (!signed_in) return report_failure(world, signed_in.error());
  CallObserver observer(world.error, {.quiet = true});
  mcp::NoServerRequests nothing_offered;
  client::AuthorizingStreamingClient http(network->streaming(), (*signed_in)->access());
  mcp::Client mcp(http, network->timer(), nothing_offered, observer,
                  {.exchange = {.url = settings.server, .peer = client::server_policy(settings.trust)}, .headers = {}, .revision = {}, .version = kVersion});
  doctor::Patient patient{.server = settings.server, .http = network->http(), .clock = world.clock, .peer = client::server_policy(settings.trust)};
  // In the clear the server is looked at, but no credential is sent.
  const bool cleartext = !settings.server.is_https() && !settings.server.is_loopback();
  patient.peer.allow_http = cleartext;
  if (!cleartext) patient.held = network->run(held_credential(**signed_in));
  patient.real_request = [&] { return list_tools_and_close(mcp); };
  const auto report = network->run(doctor::examine(patient));
  if (invocation.has("json")) {
    world.output << to_json(report).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else if (!invocation.has("quiet")) {
    const auto colour = colour_choice(invocation.value("color").value_or("auto"));
    world.output << report_text(
        report,
        {.colour = use_colour(colour, world.terminal.output_is_terminal, world.env), .verbose = invocation.has("verbose"), .width = world.terminal.width});
  }
  return report.bad() ? ExitStatus::Findings : ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
