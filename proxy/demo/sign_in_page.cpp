#include "proxy/demo/sign_in_page.hpp"

#include "core/base/encoding.hpp"
#include "core/oauth/page.hpp"

namespace vmcpauth::proxy {
namespace {

std::string user_choice(const DemoUser& user, bool checked) {
  return "<label class=\"user\"><input type=\"radio\" name=\"user\" required value=\"" + html_escape(user.subject) + "\"" +
         (checked ? " checked autofocus" : "") + "> <span>" + html_escape(user.name) + " <small>" + html_escape(user.email) + "</small></span></label>\n";
}

}  // namespace

http::Response sign_in_page(const SignIn& sign_in) {
  std::string body = "<h1>Sign in to " + oauth::page_text(sign_in.provider) + "</h1>\n";
  body += "<p><strong>" + oauth::page_text(sign_in.client_id) + "</strong> asks for access. You will return to <code>" +
          oauth::page_text(sign_in.redirect_host) + "</code>.</p>\n";
  body += oauth::scope_list_html(sign_in.scopes, "Requested scopes");
  body += "<form method=\"post\" action=\"" + html_escape(sign_in.form_action) + "\">\n";
  body += "<input type=\"hidden\" name=\"csrf\" value=\"" + html_escape(sign_in.csrf) + "\">\n<fieldset>\n<legend>Continue as</legend>\n";
  for (const auto& user : sign_in.users) body += user_choice(user, user.subject == sign_in.selected);
  body += "</fieldset>\n<div class=\"actions\">\n<button class=\"main\" type=\"submit\" name=\"decision\" value=\"allow\">Allow</button>\n";
  body += "<button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>\n</div>\n</form>\n";
  body += "<p class=\"note\">Built-in identity provider of vmcpauth for local development. There is no password: everybody on this machine can be anybody.</p>";
  return oauth::page_response(200, {.title = "Sign in to " + printable(sign_in.provider, 120), .badge = sign_in.provider, .body_html = std::move(body)});
}

http::Response sign_in_error_page(int status, const std::string& provider, const std::string& what, const std::string& retry_path) {
  std::string body = "<h1>This sign-in cannot go on</h1>\n<p role=\"alert\">" + oauth::page_text(what, 300) + "</p>\n";
  if (!retry_path.empty()) body += "<p><a href=\"" + html_escape(retry_path) + "\">Start this sign-in again</a></p>\n";
  return oauth::page_response(status, {.title = "Sign-in error", .badge = provider, .body_html = std::move(body)});
}

}  // namespace vmcpauth::proxy
