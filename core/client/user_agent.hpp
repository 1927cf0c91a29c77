// The person at the other end of an interactive login, and their browser: a port of the engine. proxy/login has the real one
// (loopback receiver, browser, pasted URLs); tests have one that follows redirects by itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/client/device_grant.hpp"
#include "core/client/leg_watch.hpp"

namespace vmcpauth::client {

struct AuthorizationPrompt {
  std::string url;                        // where the browser goes
  std::string state;                      // answers with another are not ours
  std::string issuer;                     // for messages
  std::function<Task<void>()> meanwhile;  // to be awaited about twice a second while waiting; may be empty
};

// How a login ended, for the final page.
struct LoginOutcome {
  std::optional<Error> failure;
  std::string server, issuer;
  oauth::Scopes scopes;
  std::optional<TimePoint> expires_at;
  bool can_refresh = false;
  std::vector<Leg> legs;  // when the server told them
};

class UserAgent {
 public:
  virtual ~UserAgent() = default;
  // The redirect URI to use; opens the receiver. `earlier` is taken again when its port is free. Unavailable (port taken).
  [[nodiscard]] virtual Result<std::string> redirect_uri(const std::optional<std::string>& earlier) = 0;
  // Which of several authorization servers to sign in at: an index. InvalidInput when nobody can be asked; Timeout, Cancelled.
  [[nodiscard]] virtual Task<Result<std::size_t>> choose_issuer(std::vector<std::string> issuers) = 0;
  // Sends the browser away and waits for the redirect that carries this state: its query. Timeout (the message says where it
  // hung), Cancelled, Io.
  [[nodiscard]] virtual Task<Result<std::string>> ask(AuthorizationPrompt prompt) = 0;
  virtual void show_device_code(const DevicePrompt& prompt) = 0;
  // What the waiting browser is shown. Once, after ask().
  [[nodiscard]] virtual Task<void> finish(LoginOutcome outcome) = 0;
};

}  // namespace vmcpauth::client
