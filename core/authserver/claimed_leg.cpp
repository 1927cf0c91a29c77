#include "core/authserver/claimed_leg.hpp"

#include "core/authserver/pages.hpp"

namespace vmcpauth::authserver {
namespace {

// Nothing of this browser's answer may reach the client that began the login elsewhere: no redirect, and the login is over.
Task<http::Response> refuse_other_browser(const Context& context, store::PendingAuthorization leg) {
  note(context, LogLevel::Warn,
       {.login = login_id(leg.session_id),
        .kind = EventKind::LoginFailed,
        .provider = leg.provider,
        .client_id = leg.client_id,
        .code = "access_denied",
        .detail = "the callback came from another browser than the login began in, or its cookie is gone"});
  auto erased = co_await context.deps.store.erase_session(leg.session_id);
  if (!erased) note(context, LogLevel::Error, {.login = login_id(leg.session_id), .kind = EventKind::LoginFailed, .detail = erased.error().describe()});
  co_return dead_link(
      "This sign-in did not begin in this browser, or cookies are blocked. If somebody sent you the link, do not use it. Otherwise start again from your "
      "application.");
}

}  // namespace

http::Response dead_link(std::string message) { return render({400, "This sign-in link cannot be used", std::move(message), {}, {}}); }

Task<std::expected<ClaimedLeg, http::Response>> claim_leg(const Context& context, std::string key, http::Headers headers) {
  auto leg = co_await context.deps.store.take_pending(std::move(key), context.now());
  if (!leg) co_return std::unexpected(render({503, "Sign-in is not possible now", "Please start again from your application in a moment.", {}, {}}));
  if (!*leg) {
    co_return std::unexpected(dead_link("This sign-in was finished, was used before, or took longer than ten minutes. Start again from your application."));
  }
  ClaimedLeg claimed{**std::move(leg), {}};
  if (claimed.leg.browser_binding.empty()) co_return claimed;
  claimed.cookie = LoginCookie(login_id(claimed.leg.session_id), context.endpoints.cookies).read(headers);
  if (claimed.cookie.empty() || !constant_time_equal(LoginCookie::binding(claimed.cookie), claimed.leg.browser_binding)) {
    auto refused = co_await refuse_other_browser(context, std::move(claimed.leg));
    co_return std::unexpected(std::move(refused));
  }
  co_return claimed;
}

}  // namespace vmcpauth::authserver
