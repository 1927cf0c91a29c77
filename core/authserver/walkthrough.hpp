// The pause between two legs (`serve --walkthrough`). The login waits in the store under a key that is no provider's state; a
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
  // Keys of paused logins; no provider's state looks like one.
  [[nodiscard]] static bool is_step_key(std::string_view key) noexcept { return key.starts_with(kKeyPrefix); }

  // Stores the login, whose `provider` is the next one, and sends the browser to the page.
  [[nodiscard]] Task<Result<http::Response>> pause(store::PendingAuthorization login);

  // GET and POST of /oauth/step/<id>.
  [[nodiscard]] Task<http::Response> handle(http::Request request, std::string id, LoginChain& chain);

 private:
  static constexpr std::string_view kKeyPrefix = "step.";

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
