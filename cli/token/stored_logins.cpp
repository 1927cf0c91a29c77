#include "cli/token/stored_logins.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/inspect/claim_values.hpp"

namespace vmcpauth::cli {

Result<std::vector<StoredLogin>> stored_logins(const World& /*world*/, const inspect::SessionQuery& /*query*/, TimePoint /*now*/) { return {}; }

std::string login_text(const StoredLogin& login, TimePoint now, const Paint& paint) {
  std::string out = "  " + paint.bold(printable(login.resource, 200)) + "\n    issuer " + printable(login.issuer, 200);
  if (login.expires_at) {
    out += *login.expires_at <= now ? ", " + paint.warning("expired " + inspect::relative_text(*login.expires_at, now))
                                    : ", expires " + inspect::relative_text(*login.expires_at, now);
  }
  out += login.has_refresh_token ? ", refresh token" : ", no refresh token";
  if (!login.scopes.empty()) out += printable(fmt::format(", scopes {}", fmt::join(login.scopes, " ")), 400);
  return out + "\n";
}

OrderedJson to_json(const StoredLogin& login, TimePoint now) {
  OrderedJson out{{"resource", login.resource}, {"issuer", login.issuer}, {"client_id", login.client_id}, {"scopes", login.scopes}};
  if (login.expires_at) {
    out["expires_at"] = {
        {"unix", unix_seconds(*login.expires_at)}, {"utc", inspect::utc_text(*login.expires_at)}, {"relative", inspect::relative_text(*login.expires_at, now)}};
  }
  out["has_refresh_token"] = login.has_refresh_token;
  return out;
}

}  // namespace vmcpauth::cli
