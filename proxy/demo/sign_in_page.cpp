#include "proxy/demo/sign_in_page.hpp"

#include "core/base/encoding.hpp"
#include "proxy/demo/page.hpp"

namespace vmcpauth::proxy {
namespace {

// Foreign text for a page: no control characters, bounded, escaped.
std::string shown(std::string_view text, std::size_t max_bytes = 120) { return html_escape(printable(text, max_bytes)); }

std::string user_choice(const DemoUser& user, bool checked) {
  return "<label class=\"user\"><input type=\"radio\" name=\"user\" required value=\"" + html_escape(user.subject) + "\"" +
         (checked ? " checked autofocus" : "") + "> <span>" + html_escape(user.name) + " <small>" + html_escape(user.email) + "</small></span></label>\n";
}

std::string scope_list(const std::vector<std::string>& scopes) {
  if (scopes.empty()) return {};
  std::string html = "<ul class=\"scopes\" aria-label=\"Requested scopes\">";
  for (const auto& scope : scopes) html += "<li>" + shown(scope, 80) + "</li>";
  return html + "</ul>\n";
}

}  // namespace

http::Response sign_in_page(const SignIn& sign_in) {
  std::string body = "<h1>Sign in to " + shown(sign_in.provider) + "</h1>\n";
  body += "<p><strong>" + shown(sign_in.client_id) + "</strong> asks for access. You will return to <code>" + shown(sign_in.redirect_host) + "</code>.</p>\n";
  body += scope_list(sign_in.scopes);
  body += "<form method=\"post\" action=\"" + html_escape(sign_in.form_action) + "\">\n";
  body += "<input type=\"hidden\" name=\"csrf\" value=\"" + html_escape(sign_in.csrf) + "\">\n<fieldset>\n<legend>Continue as</legend>\n";
  for (const auto& user : sign_in.users) body += user_choice(user, user.subject == sign_in.selected);
  body += "</fieldset>\n<div class=\"actions\">\n<button class=\"main\" type=\"submit\" name=\"decision\" value=\"allow\">Allow</button>\n";
  body += "<button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>\n</div>\n</form>\n";
  body += "<p class=\"note\">Built-in identity provider of vmcpauth for local development. There is no password: everybody on this machine can be anybody.</p>";
  return page_response(200, {.title = "Sign in to " + printable(sign_in.provider, 120), .badge = sign_in.provider, .body_html = std::move(body)});
}

http::Response sign_in_error_page(int status, const std::string& provider, const std::string& what, const std::string& retry_path) {
  std::string body = "<h1>This sign-in cannot go on</h1>\n<p role=\"alert\">" + shown(what, 300) + "</p>\n";
  if (!retry_path.empty()) body += "<p><a href=\"" + html_escape(retry_path) + "\">Start this sign-in again</a></p>\n";
  return page_response(status, {.title = "Sign-in error", .badge = provider, .body_html = std::move(body)});
}

}  // namespace vmcpauth::proxy
