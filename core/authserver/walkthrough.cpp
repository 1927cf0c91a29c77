#include "core/authserver/walkthrough.hpp"

#include <algorithm>

#include "core/authserver/login_chain.hpp"
#include "core/authserver/pages.hpp"
#include "core/authserver/step_page.hpp"
#include "core/base/url.hpp"
#include "core/oauth/parameters.hpp"
#include "core/oauth/redirect_uri.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxViews = 500;
constexpr std::size_t kIdBytes = 32;

// host[:port] of an http redirect URI; for an app's own scheme the scheme is all there is to show.
std::string host_of(const std::string& redirect_uri) {
  const auto url = Url::parse(redirect_uri);
  return url ? url->authority() : redirect_uri.substr(0, redirect_uri.find(':') + 1);
}

// What Random::token(kIdBytes) looks like.
bool is_step_id(const std::string& id) {
  const auto bytes = base64url_decode(id);
  return bytes && bytes->size() == kIdBytes;
}

// A form that another site's page posted: browsers say so (Fetch Metadata); those that do not are stopped by the cookie's SameSite.
bool is_from_elsewhere(const http::Headers& headers) {
  const auto site = headers.get("Sec-Fetch-Site");
  return site && *site != "same-origin";
}

std::vector<ProviderUse> uses_of(const Context& context, const std::string& provider) {
  if (!context.deps.walkthrough) return {};
  const auto& uses = context.deps.walkthrough->uses;
  const auto it = uses.find(provider);
  return it == uses.end() ? std::vector<ProviderUse>{} : it->second;
}

}  // namespace

bool Walkthrough::must_ask(const std::string& redirect_uri) {
  const auto url = Url::parse(redirect_uri);
  return url && !oauth::is_loopback_redirect(redirect_uri);  // a native app's own scheme is no such URL
}

Task<Result<Walkthrough::Held>> Walkthrough::hold(store::PendingAuthorization login) {
  Held held{context_.deps.random.token(kIdBytes), {}};
  CO_TRY(held.page, co_await page_for(login, context_.endpoints.step + held.id));
  login.internal_state = std::string(kKeyPrefix) + held.id;
  login.created_at = context_.now();
  login.expires_at = login.created_at + kLoginTime;
  CO_TRY_VOID(co_await context_.deps.store.put_pending(std::move(login)));
  co_return held;
}

Task<Result<http::Response>> Walkthrough::ask(store::PendingAuthorization login) {
  CO_TRY(auto held, co_await hold(std::move(login)));
  co_return std::move(held.page);
}

Task<Result<http::Response>> Walkthrough::pause(store::PendingAuthorization login) {
  View view{login_id(login.session_id), login.browser_binding, {}};
  CO_TRY(auto held, co_await hold(std::move(login)));
  view.page = std::move(held.page);
  const auto now = context_.now();
  views_.with([&](auto& views) {
    while (views.take_expired(now)) {
    }
    if (views.size() >= kMaxViews) (void)views.take_first();
    views.put(held.id, std::move(view), now + kLoginTime);
  });
  co_return http::Response::redirect(context_.endpoints.step + held.id);
}

Task<Result<http::Response>> Walkthrough::page_for(const store::PendingAuthorization& login, std::string action) {
  StepPage page;
  CO_TRY(auto client, co_await clients_.find(login.client_id));
  if (client) page.client_name = client->name;
  page.client_host = host_of(login.redirect_uri);
  page.user = login.user_name.empty() ? login.user_email : login.user_name;
  page.form_action = std::move(action);
  page.uses = uses_of(context_, login.provider);
  CO_TRY(auto rows, co_await context_.deps.store.list_upstream_tokens(login.session_id, context_.now()));
  for (const auto* provider : context_.deps.providers) {
    StepLeg leg{.provider = provider->name()};
    const auto row = std::ranges::find(rows, leg.provider, &store::UpstreamTokens::provider);
    if (leg.provider == login.provider) {
      page.next = page.legs.size();
    } else if (row != rows.end()) {
      leg.done = true;
      leg.scopes = row->scopes;
      leg.expires_at = row->expires_at;
    }
    page.legs.push_back(std::move(leg));
  }
  co_return step_page(page, context_.now());
}

Task<http::Response> Walkthrough::handle(http::Request request, std::string id, LoginChain& chain) {
  if (!is_step_id(id)) co_return dead_link("The address is damaged. Start again from your application.");
  if (request.method != "POST") {
    if (!enabled()) co_return render({404, "Nothing is here", "This server signs in without stopping between its identity providers.", {}, {}});
    co_return show(request, id);
  }
  auto response = co_await answer(std::move(request), std::move(id), chain);
  co_return response;
}

http::Response Walkthrough::show(const http::Request& request, const std::string& id) {
  auto view = views_.with([&](auto& views) -> std::optional<View> {
    const auto* found = views.find(id, context_.now());
    return found == nullptr ? std::nullopt : std::optional(*found);
  });
  if (!view) return bare_step_page(context_.endpoints.step + id);
  if (view->binding.empty()) return std::move(view->page);
  const auto cookie = LoginCookie(view->login, context_.endpoints.cookies).read(request.headers);
  if (!cookie.empty() && constant_time_equal(LoginCookie::binding(cookie), view->binding)) return std::move(view->page);
  return dead_link("This sign-in did not begin in this browser, or cookies are blocked. Start again from your application.");
}

Task<http::Response> Walkthrough::answer(http::Request request, std::string id, LoginChain& chain) {
  // Checked before anything is taken, so that a stranger's page cannot even end the login.
  if (is_from_elsewhere(request.headers)) co_return dead_link("This answer came from another web site. Nothing was done.");
  if (request.content_type() != "application/x-www-form-urlencoded") co_return dead_link("The answer is not a form.");
  auto form = oauth::Parameters::parse(request.body);
  const auto answer = form && !form->duplicate() ? form->get(kAnswerField) : std::string();
  if (answer != kContinue && answer != kCancel) co_return dead_link("The answer is neither to continue nor to cancel.");
  auto key = std::string(kKeyPrefix) + id;
  auto claimed = co_await claim_leg(context_, std::move(key), std::move(request.headers));
  views_.with([&](auto& views) { views.erase(id); });
  if (!claimed) co_return std::move(claimed).error();
  auto response = co_await chain.resume(std::move(claimed->leg), std::move(claimed->cookie), answer == kContinue);
  co_return response;
}

}  // namespace vmcpauth::authserver
