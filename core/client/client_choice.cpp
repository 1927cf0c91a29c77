#include "core/client/client_choice.hpp"

#include "core/client/registration.hpp"

namespace vmcpauth::client {
namespace {

bool is_expired(const ClientIdentity& client, TimePoint now) { return client.secret_expires_at && *client.secret_expires_at <= now; }

// A registration made by us holds for the grant and the redirect URI it was made with; the port may be somebody else's by now.
bool fits(const Credential& before, GrantKind grant, const std::string& redirect_uri) {
  return before.client.origin != ClientOrigin::Registered || (before.grant == grant && before.client.redirect_uri == redirect_uri);
}

std::unexpected<Error> nobody_registered(const LoginSettings& settings, const Discovery& discovery, const std::string& redirect_uri) {
  Error error(ErrorCode::Unsupported, "authorization server " + discovery.server.issuer + " knows no client of ours and lets none register");
  std::string advice = "register a client there";
  if (!redirect_uri.empty()) advice += " with the redirect URI " + redirect_uri;
  advice += ", then run 'vmcpauth login " + settings.server.text() + " --client-id ID";
  if (const auto url = Url::parse(redirect_uri)) advice += " --port " + std::to_string(url->port());
  return std::unexpected(std::move(error).note(advice + "'"));
}

}  // namespace

Task<Result<ChosenClient>> choose_client(http::HttpClient& http, const LoginSettings& settings, const Discovery& discovery, const Credential* before,
                                         UserAgent* agent, TimePoint now, Progress& progress) {
  ChosenClient out;
  if (agent != nullptr) {
    std::optional<std::string> earlier;
    if (before != nullptr && !before->client.redirect_uri.empty()) earlier = before->client.redirect_uri;
    CO_TRY(out.redirect_uri, agent->redirect_uri(earlier));
  }
  if (settings.client) {
    out.identity = settings.client->clone();
    out.identity.method = choose_method(out.identity, discovery.server);
    co_return out;
  }
  if (before != nullptr && !is_expired(before->client, now) && fits(*before, settings.grant, out.redirect_uri)) {
    progress.report(ProgressKind::Detail, "client " + printable(before->client.id, 100) + " of the earlier login");
    out.identity = before->client.clone();
    co_return out;
  }
  if (settings.client_metadata_url && discovery.server.client_id_metadata_document_supported) {
    out.identity.id = *settings.client_metadata_url;
    out.identity.origin = ClientOrigin::MetadataDocument;
    co_return out;
  }
  if (settings.client_metadata_url) {
    progress.report(ProgressKind::Warning, "authorization server " + discovery.server.issuer + " takes no client metadata documents; registering instead");
  }
  if (!discovery.server.registration_endpoint) co_return nobody_registered(settings, discovery, out.redirect_uri);
  std::string redirect_uri = out.redirect_uri;
  CO_TRY(out.identity, co_await register_client(http, discovery, settings.grant, std::move(redirect_uri)));
  progress.report(ProgressKind::Detail, "registered as client " + printable(out.identity.id, 100));
  co_return out;
}

}  // namespace vmcpauth::client
