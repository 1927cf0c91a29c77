#include "core/authserver/callback_endpoint.hpp"

#include "core/authserver/pages.hpp"
#include "core/oauth/parameters.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxCallbackQuery = 32 * 1024;  // some providers' codes are long
constexpr std::size_t kMaxStateBytes = 128;           // ours have 43

http::Response dead_link(std::string message) { return render({400, "This sign-in link cannot be used", std::move(message), {}, {}}); }

std::optional<std::string> optional_parameter(const oauth::Parameters& parameters, std::string_view name) {
  const auto value = parameters.find(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

}  // namespace

Task<http::Response> CallbackEndpoint::handle(http::Request request) {
  if (request.query.size() > kMaxCallbackQuery) co_return dead_link("The identity provider's answer is too long.");
  auto parameters = oauth::Parameters::parse(request.query);
  if (!parameters || parameters->duplicate()) co_return dead_link("The identity provider's answer is malformed.");
  const auto state = parameters->get("state");
  if (state.empty() || state.size() > kMaxStateBytes)
    co_return dead_link("The identity provider's answer names no sign-in. Start again from your application.");
  auto leg = co_await context_.deps.store.take_pending(state, context_.now());
  if (!leg) co_return render({503, "Sign-in is not possible now", "Please start again from your application in a moment.", {}, {}});
  if (!*leg) co_return dead_link("This sign-in was finished, was used before, or took longer than ten minutes. Start again from your application.");
  std::string cookie;
  if (!(*leg)->browser_binding.empty()) {
    cookie = LoginCookie(login_id((*leg)->session_id), context_.endpoints.cookies).read(request.headers);
    if (cookie.empty() || !constant_time_equal(LoginCookie::binding(cookie), (*leg)->browser_binding)) {
      auto refused = co_await refuse_other_browser(**std::move(leg));
      co_return refused;
    }
  }
  note(context_, LogLevel::Debug,
       {.login = login_id((*leg)->session_id), .kind = EventKind::CallbackReceived, .provider = (*leg)->provider, .client_id = (*leg)->client_id});
  upstream::CallbackParameters callback{optional_parameter(*parameters, "code"), optional_parameter(*parameters, "error"),
                                        optional_parameter(*parameters, "error_description"), optional_parameter(*parameters, "error_uri"),
                                        optional_parameter(*parameters, "iss")};
  auto response = co_await chain_.finish_leg(**std::move(leg), std::move(callback), std::move(cookie));
  co_return response;
}

// Nothing of this browser's answer may reach the client that began the login elsewhere: no redirect, and the login is over.
Task<http::Response> CallbackEndpoint::refuse_other_browser(store::PendingAuthorization leg) {
  note(context_, LogLevel::Warn,
       {.login = login_id(leg.session_id),
        .kind = EventKind::LoginFailed,
        .provider = leg.provider,
        .client_id = leg.client_id,
        .code = "access_denied",
        .detail = "the callback came from another browser than the login began in, or its cookie is gone"});
  auto erased = co_await context_.deps.store.erase_session(leg.session_id);
  if (!erased) note(context_, LogLevel::Error, {.login = login_id(leg.session_id), .kind = EventKind::LoginFailed, .detail = erased.error().describe()});
  co_return dead_link(
      "This sign-in did not begin in this browser, or cookies are blocked. If somebody sent you the link, do not use it. Otherwise start again from your "
      "application.");
}

}  // namespace vmcpauth::authserver
