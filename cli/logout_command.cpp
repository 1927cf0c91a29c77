#include "cli/logout_command.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/signed_in.hpp"
#include "core/client/logout.hpp"

namespace vmcpauth::cli {

namespace {

Task<Result<int>> log_out_all(client::Ports ports, client::CredentialStore& store, std::vector<client::Credential> credentials, client::Trust trust,
                              client::Progress& progress) {
  int ended = 0;
  for (auto& credential : credentials) {
    std::string line = "Signed out of " + credential.server + " (" + credential.issuer + ")";
    client::Trust same = trust;
    CO_TRY_VOID(co_await client::log_out(ports, store, std::move(credential), std::move(same), progress));
    progress.report(client::ProgressKind::Step, std::move(line));
    ++ended;
  }
  co_return ended;
}

}  // namespace

Command logout_command() {
  return {
      .name = "logout",
      .summary = "revoke and remove the credential of an MCP server",
      .description = {"Revokes the tokens where the authorization server has a way to, and removes what `vmcpauth login` kept for URL, for every "
                      "authorization server and client. Without URL all credentials are ended. The files are removed even when a server cannot be reached."},
      .arguments = {{.name = "URL", .help = "the MCP server's endpoint; without it every server"}},
      .options =
          {{.name = "ca", .value = "FILE", .completes = Completes::Files, .help = "PEM file with the certificate authorities to trust instead of the system's"},
           {.name = "verbose", .letter = 'v', .excludes = {"quiet"}, .help = "tell every step"},
           {.name = "quiet", .letter = 'q', .excludes = {"verbose"}, .help = "print only what needs attention"}},
      .examples = {{"vmcpauth logout http://127.0.0.1:4483/mcp", "end the credential of one server"}, {"vmcpauth logout", "end them all"}}};
}

std::expected<ExitStatus, UsageError> run_logout(const World& world, const Invocation& invocation) {
  std::optional<std::string> server;
  if (!invocation.arguments().empty()) {
    TRY(const auto url, server_argument(invocation));
    server = client::server_key(url);
  }
  const auto folder = client::state_folder(world.env);
  if (!folder) return report_failure(world, folder.error());
  auto store = client::CredentialStore::open(*folder, world.private_files, world.env, world.random);
  if (!store) return report_failure(world, store.error());
  auto found = store->find(server);
  if (!found) return report_failure(world, found.error());
  TerminalProgress progress(world.error, verbosity_of(invocation));
  const auto dropped = store->remove_unreadable(server);
  if (!dropped) return report_failure(world, dropped.error());
  if (*dropped > 0)
    progress.report(client::ProgressKind::Warning,
                    fmt::format("{} credential{} could not be read and {} removed", *dropped, *dropped == 1 ? "" : "s", *dropped == 1 ? "was" : "were"));
  if (found->credentials.empty() && *dropped == 0) {
    world.error << "vmcpauth: " << (server ? "not signed in to " + *server : std::string("not signed in anywhere")) << '\n';
    return ExitStatus::NotLoggedIn;
  }
  const auto network = world.network();
  client::Trust trust{.ca_bundle_path = invocation.value("ca")};
  const auto ended = network->run(
      log_out_all({network->http(), world.clock, world.random, network->timer()}, *store, std::move(found->credentials), std::move(trust), progress));
  return ended ? ExitStatus::Fine : report_failure(world, ended.error());
}

}  // namespace vmcpauth::cli
