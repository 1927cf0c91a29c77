#include "proxy/login/final_page.hpp"

#include "core/authserver/pages.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::proxy {
namespace {

std::string lifetime(const client::LoginOutcome& outcome, TimePoint now) {
  if (!outcome.expires_at) return "until the server ends it";
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(*outcome.expires_at - now).count();
  return std::to_string(minutes) + (minutes == 1 ? " minute" : " minutes") + (outcome.can_refresh ? ", then renewed without a login" : "");
}

}  // namespace

http::Response final_page(const client::LoginOutcome& outcome, TimePoint now) {
  authserver::Page page;
  if (outcome.failure) {
    page.status = 400;
    page.title = "The login did not succeed";
    page.message = outcome.failure->message() + ". The terminal says more.";
    page.rows = {{"Server", outcome.server}};
    return authserver::render(page);
  }
  page.status = 200;
  page.title = "Signed in";
  page.message = "You can close this window and go back to the terminal.";
  page.rows = {{"Server", outcome.server}, {"Signed in by", outcome.issuer}};
  if (!outcome.scopes.empty()) page.rows.push_back({"Granted", oauth::join_scope(outcome.scopes)});
  page.rows.push_back({"Valid for", lifetime(outcome, now)});
  return authserver::render(page);
}

}  // namespace vmcpauth::proxy
