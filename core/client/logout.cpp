#include "core/client/logout.hpp"

namespace vmcpauth::client {
namespace {

// Asks the issuer that gave the tokens and nobody else.
Task<Result<bool>> revoke(Ports ports, const Credential& credential, Trust trust) {
  CO_TRY(auto server, Url::parse(credential.server));
  CO_TRY(const auto peer, co_await named_policy(ports.http, std::move(server), std::move(trust)));
  oauth::DiscoverySettings settings{.issuer = credential.issuer, .order = oauth::DiscoveryOrder::OAuth, .peer = peer};
  CO_TRY(const auto metadata, co_await oauth::discover(ports.http, std::move(settings)));
  if (!metadata.revocation_endpoint) co_return false;
  const bool refresh = !credential.refresh_token.empty();
  const Secret& token = refresh ? credential.refresh_token : credential.access_token;
  if (token.empty()) co_return true;
  FormFields fields{{"token", token.reveal()}, {"token_type_hint", refresh ? "refresh_token" : "access_token"}};
  http::ClientRequest request{.method = "POST", .url = *metadata.revocation_endpoint, .peer = peer};
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  CO_TRY_VOID(authenticate(credential.client, {credential.issuer, ports.clock.now(), ports.random}, fields, request.headers));
  request.body = form_encode(fields);
  const upstream::Peer whom{"authorization server " + credential.issuer, "revocation endpoint", *metadata.revocation_endpoint};
  CO_TRY(const auto response, co_await ports.http.send(std::move(request)));
  if (response.status < 200 || response.status > 299) co_return std::unexpected(upstream::status_error(whom, response, {token.reveal()}));
  co_return true;
}

}  // namespace

Task<Result<void>> log_out(Ports ports, CredentialStore& store, Credential credential, Trust trust, Progress& progress) {
  const auto revoked = co_await revoke(ports, credential, std::move(trust));
  if (!revoked) {
    progress.report(ProgressKind::Warning, "the tokens were not revoked at " + credential.issuer + ": " + revoked.error().describe());
  } else if (!*revoked) {
    progress.report(ProgressKind::Detail, credential.issuer + " has no way to revoke tokens; they end when they expire");
  }
  co_return store.remove(credential);
}

}  // namespace vmcpauth::client
