#include "cli/token/stored_logins.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "cli/token/document_shapes.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/client/credential_store.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/value_json.hpp"

namespace vmcpauth::cli {

namespace {

bool is_meant(const client::Credential& credential, const inspect::SessionQuery& query, TimePoint now) {
  if (query.expired) return credential.expires_at && *credential.expires_at <= now;
  return !query.expiring || (credential.expires_at && *credential.expires_at > now && *credential.expires_at <= now + *query.expiring);
}

}  // namespace

Result<std::vector<StoredLogin>> stored_logins(const World& world, const inspect::SessionQuery& query, TimePoint now) {
  std::vector<StoredLogin> out;
  if (!query.session.empty() || !query.user.empty() || !query.provider.empty()) return out;
  const auto folder = client::state_folder(world.env);
  // Nobody logged in here yet: looking must not make the folder.
  if (!folder || !world.files.exists(*folder)) return out;
  TRY(const auto store, client::CredentialStore::open(*folder, world.private_files, world.env, world.random));
  TRY(auto found, store.find(std::nullopt));
  for (const auto& error : found.unreadable) world.error << "note: a stored login is left out: " << error.describe() << "\n";
  for (auto& one : found.credentials) {
    if (!is_meant(one, query, now)) continue;
    out.push_back({one.server, one.issuer, one.client.id, one.scopes, one.expires_at, !one.refresh_token.empty()});
  }
  return out;
}

std::string login_text(const StoredLogin& login, TimePoint now, const Paint& paint) {
  std::string out = "  " + paint.bold(printable(login.server, 200)) + "\n    issuer " + printable(login.issuer, 200);
  if (login.expires_at) {
    out += *login.expires_at <= now ? ", " + paint.warning("expired " + inspect::relative_text(*login.expires_at, now))
                                    : ", expires " + inspect::relative_text(*login.expires_at, now);
  }
  out += login.has_refresh_token ? ", refresh token" : ", no refresh token";
  if (!login.scopes.empty()) out += printable(fmt::format(", scopes {}", fmt::join(login.scopes, " ")), 400);
  return out + "\n";
}

OrderedJson to_json(const StoredLogin& login, TimePoint now) {
  JsonObject<kLoginShape> out;
  out.set("server", login.server).set("issuer", login.issuer).set("client_id", login.client_id).set("scopes", login.scopes);
  if (login.expires_at) out.set("expires_at", inspect::to_json(*login.expires_at, now));
  return out.set("has_refresh_token", login.has_refresh_token).take();
}

}  // namespace vmcpauth::cli
