#include "cli/login_command.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/login_options.hpp"
#include "cli/shared_options.hpp"
#include "cli/signed_in.hpp"
#include "cli/version.hpp"
#include "core/base/duration.hpp"
#include "core/base/json.hpp"

namespace vmcpauth::cli {

namespace {

// The one request that shows the server takes the credential: the beginning of a session, which every server must answer.
http::ClientRequest probe_request(const client::LoginSettings& settings) {
  const Json body{
      {"jsonrpc", "2.0"},
      {"id", 1},
      {"method", "initialize"},
      {"params", {{"protocolVersion", "2025-11-25"}, {"capabilities", Json::object()}, {"clientInfo", {{"name", "vmcpauth"}, {"version", kVersion}}}}}};
  http::ClientRequest out{.method = "POST", .url = settings.server, .body = dump_json(body), .peer = client::server_policy(settings.trust)};
  out.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json, text/event-stream"}};
  return out;
}

// A session that was opened only to see is closed again.
Task<void> end_session(http::HttpClient& http, const client::LoginSettings& settings, const http::ClientResponse& opened) {
  const auto session = opened.headers.get("mcp-session-id");
  if (!session) co_return;
  http::ClientRequest end{.method = "DELETE", .url = settings.server, .peer = client::server_policy(settings.trust)};
  end.headers = {{"Mcp-Session-Id", std::string(*session)}, {"MCP-Protocol-Version", "2025-11-25"}};
  const auto ended = co_await http.send(std::move(end));
  static_cast<void>(ended);  // servers need not support it
}

Task<Result<http::ClientResponse>> probe(http::HttpClient& http, const client::LoginSettings& settings) {
  auto request = probe_request(settings);
  auto response = co_await http.send(std::move(request));
  if (!response) co_return response;
  if (response->status >= 500) {
    co_return fail(ErrorCode::BadResponse, fmt::format("{} answered its first request with HTTP {}", settings.server.text(), response->status));
  }
  if (response->status == 200) co_await end_session(http, settings, *response);
  co_return response;
}

// A server that answers without a credential is asked to name its authorization server before it is believed to need none.
Task<Result<void>> sign_in(SignedIn& signed_in, proxy::Network& network, const client::LoginSettings& settings) {
  CO_TRY(const auto first, co_await probe(signed_in.http(), settings));
  if (signed_in.tokens().credential() != nullptr) co_return Result<void>{};
  client::DiscoveryRequest request{.server = settings.server, .resource_metadata = {}, .issuer = {}, .earlier = {}, .trust = settings.trust};
  CO_TRY(const auto resource, co_await client::find_protected_resource(network.http(), std::move(request), signed_in.progress()));
  if (!resource) {
    co_return fail(ErrorCode::Unsupported, fmt::format("{} asks for no login: it answered HTTP {} without a credential and names no authorization server",
                                                       settings.server.text(), first.status));
  }
  client::Refusal nothing_said;
  CO_TRY_VOID(co_await signed_in.tokens().renew(std::move(nothing_said), std::nullopt));
  CO_TRY_VOID(co_await probe(signed_in.http(), settings));
  co_return Result<void>{};
}

void print_success(const World& world, const client::Credential& credential) {
  world.output << fmt::format("Signed in to {}\n  by       {}\n  client   {}\n", credential.server, credential.issuer, printable(credential.client.id, 200));
  if (!credential.scopes.empty()) world.output << fmt::format("  granted  {}\n", oauth::join_scope(credential.scopes));
  const auto now = world.clock.now();
  if (credential.expires_at) {
    world.output << fmt::format("  expires  in {}{}\n", human_duration(std::chrono::duration_cast<Seconds>(*credential.expires_at - now)),
                                credential.refresh_token.empty() ? "" : ", then renewed without a login");
  }
}

}  // namespace

Command login_command() {
  Command command{
      .name = "login",
      .summary = "sign in to an MCP server and keep the credential",
      .description =
          {"Finds the authorization server of the MCP server at URL (RFC 9728, RFC 8414), signs in there in the browser, through as many identity "
           "providers as it asks for, and keeps the tokens in a sealed file that only this user can read. The browser comes back to a port on 127.0.0.1; "
           "its last page appears when the credential is stored and the server has taken it once.",
           "The client is the one given by --client-id, that of an earlier login, a metadata document where --client-metadata-url names one, or one "
           "registered on the spot, in this order. Grants without a person are chosen by --client-credentials, --assertion-env, --assertion-file and "
           "--id-token-env; --device signs in on another device."},
      .arguments = {{.name = "URL", .required = true, .help = "the MCP server's endpoint"}},
      .options = login_options(),
      .examples = {{"vmcpauth login http://127.0.0.1:4483/mcp", "sign in to a local `vmcpauth serve`"},
                   {"vmcpauth login https://mcp.example.com/mcp --no-browser",
                    "on a machine without a browser: open the URL elsewhere, paste the one it ends at"},
                   {"vmcpauth login https://mcp.example.com/mcp --client-id app --client-secret-env APP_SECRET --client-credentials",
                    "as a program, without a person"}},
  };
  command.options.push_back({.name = "verbose", .letter = 'v', .excludes = {"quiet"}, .help = "tell every step"});
  command.options.push_back({.name = "quiet", .letter = 'q', .excludes = {"verbose"}, .help = "print only what needs attention"});
  return command;
}

std::expected<ExitStatus, UsageError> run_login(const World& world, const Invocation& invocation) {
  TRY(auto request, read_login_options(world, invocation));
  const auto settings = request.settings.clone();
  const auto network = world.network();
  auto signed_in = SignedIn::open(world, *network,
                                  {.login = std::move(request), .asking = client::Asking::WhenNeeded, .fresh = true, .verbosity = verbosity_of(invocation)});
  if (!signed_in) return report_failure(world, signed_in.error());
  const auto done = network->run(sign_in(**signed_in, *network, settings));
  if (!done) return report_failure(world, done.error());
  if (!invocation.has("quiet")) print_success(world, *(*signed_in)->tokens().credential());
  return ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
