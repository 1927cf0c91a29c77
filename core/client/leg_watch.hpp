// Watches a login at our own `serve` from the terminal: which provider the browser is at, which are done and how long each took.
// The protocol is described in core/authserver/login_progress.hpp; other servers do not offer it, and then there is nothing to see.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/secret.hpp"
#include "core/client/progress.hpp"
#include "core/client/token_client.hpp"
#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::client {

struct Leg {
  std::string provider;
  std::string status;  // waiting, running, done, failed
  double seconds = 0;
  oauth::Scopes scopes;
  std::optional<TimePoint> expires_at;
};

// The legs of a progress document, in order; what is malformed is left out. At most 32.
[[nodiscard]] std::vector<Leg> read_legs(std::string_view json_text);

// "1 of 3 corporate-idp ✓ 2.1 s" for every leg whose state is another than before.
[[nodiscard]] std::vector<std::string> describe_changes(const std::vector<Leg>& before, const std::vector<Leg>& now);

class LegWatch {
 public:
  LegWatch(Ports ports, const oauth::ServerMetadata& server, http::PeerPolicy peer, Progress& progress);

  // The parameter the authorization request carries; nullopt when the server tells no progress.
  [[nodiscard]] std::optional<std::pair<std::string, std::string>> parameter() const;
  // Asks once and reports what is new. Trouble is silent: the login goes on without it.
  [[nodiscard]] Task<void> look();
  [[nodiscard]] const std::vector<Leg>& legs() const noexcept { return legs_; }

 private:
  Ports ports_;
  std::optional<Url> endpoint_;
  http::PeerPolicy peer_;
  Progress& progress_;
  Secret secret_;
  std::vector<Leg> legs_;
};

}  // namespace vmcpauth::client
