// The pause between two legs (`serve --walkthrough`), and always before the first one of a client on another machine: whoever
// registered it, the user has to agree before the providers' own sessions may answer for them (MCP security best
// practices, "confused deputy"). The login waits in the store under a key that is no provider's state; a
// page asks; the answer, a POST from the browser the login runs in, takes it out again, once. What the page shows is kept
// beside it in memory, bounded and for as long as a login may take.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/authserver/claimed_leg.hpp"
#include "core/authserver/client_directory.hpp"
#include "core/store/expiring_table.hpp"

namespace vmcpauth::authserver {

class LoginChain;

class Walkthrough {
 public:
  Walkthrough(const Context& context, ClientDirectory& clients) : context_(context), clients_(clients) {}

  [[nodiscard]] bool enabled() const noexcept { return context_.deps.walkthrough.has_value(); }
  // Whether the answer would leave this machine: a web client, which anybody can have registered.
  [[nodiscard]] static bool must_ask(const std::string& redirect_uri);
  // Keys of paused logins; no provider's state looks like one.
  [[nodiscard]] static bool is_step_key(std::string_view key) noexcept { return key.starts_with(kKeyPrefix); }

  // Stores the login, whose `provider` is the next one, and sends the browser to the page.
  [[nodiscard]] Task<Result<http::Response>> pause(store::PendingAuthorization login);

  // Stores the login in the same way and shows the question at once: for the first leg, where asking again is harmless.
  [[nodiscard]] Task<Result<http::Response>> ask(store::PendingAuthorization login);

  // GET and POST of /oauth/step/<id>.
  [[nodiscard]] Task<http::Response> handle(http::Request request, std::string id, LoginChain& chain);

 private:
  static constexpr std::string_view kKeyPrefix = "step.";

  // A login that waits, and its page.
  struct Held {
    std::string id;
    http::Response page;
  };
  [[nodiscard]] Task<Result<Held>> hold(store::PendingAuthorization login);
  struct View {
    std::string login, binding;
    http::Response page;
  };
  [[nodiscard]] Task<Result<http::Response>> page_for(const store::PendingAuthorization& login, std::string action);
  [[nodiscard]] http::Response show(const http::Request& request, const std::string& id);
  [[nodiscard]] Task<http::Response> answer(http::Request request, std::string id, LoginChain& chain);

  const Context& context_;
  ClientDirectory& clients_;
  Guarded<store::ExpiringTable<View>> views_;
};

}  // namespace vmcpauth::authserver
