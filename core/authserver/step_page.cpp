#include "core/authserver/step_page.hpp"

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/oauth/page.hpp"

namespace vmcpauth::authserver {
namespace {

std::string leg_html(const StepPage& page, std::size_t index, TimePoint now) {
  const auto& leg = page.legs[index];
  const bool next = index == page.next;
  std::string mark = fmt::format("<span class=\"mark{}\" aria-hidden=\"true\">{}</span>", leg.done ? " done" : "", leg.done ? "✓" : std::to_string(index + 1));
  std::string state = leg.done ? "Signed in, " + oauth::expiry_html(leg.expires_at, now) : next ? "Next" : "Later";
  return fmt::format("<li{}>{}<div class=\"what\"><strong>{}</strong><small>{}</small>{}</div></li>\n", next ? " aria-current=\"step\"" : "", mark,
                     oauth::page_text(leg.provider), state, leg.done ? oauth::scope_list_html(leg.scopes, "Granted scopes") : std::string());
}

std::string uses_html(const StepPage& page) {
  if (page.uses.empty()) return "<p>No backend asks for it by itself; the server's configuration has it in the chain.</p>\n";
  std::string html = "<ul class=\"uses\">";
  for (const auto& use : page.uses) html += fmt::format("<li><code>{}</code> {}</li>", oauth::page_text(use.backend), oauth::page_text(use.how, 200));
  return html + "</ul>\n";
}

std::string form_html(const std::string& action, std::string_view go_on) {
  return fmt::format(
      "<form method=\"post\" action=\"{}\"><div class=\"actions\">\n"
      "<button class=\"main\" type=\"submit\" name=\"{}\" value=\"{}\" autofocus>{}</button>\n"
      "<button type=\"submit\" name=\"{}\" value=\"{}\">Cancel</button>\n</div></form>\n"
      "<p>Cancel ends this sign-in and deletes the tokens of the steps above.</p>",
      html_escape(action), kAnswerField, kContinue, go_on, kAnswerField, kCancel);
}

// The browser must name our origin when it posts the form: without it our own Origin check could not tell it from a stranger's.
http::Response finished(oauth::Page page) {
  auto response = oauth::page_response(200, page);
  response.headers.set("Referrer-Policy", "same-origin");
  return response;
}

}  // namespace

http::Response step_page(const StepPage& page, TimePoint now) {
  const auto& provider = page.legs[page.next].provider;
  const auto shown = oauth::page_text(provider);
  std::string body =
      fmt::format("<h1>Next: {}</h1>\n<p>Step {} of {} of the sign-in for <strong>{}</strong>. The answer will go to <code>{}</code>.", shown, page.next + 1,
                  page.legs.size(), oauth::page_text(page.client_name.empty() ? "your application" : page.client_name), oauth::page_text(page.client_host));
  if (!page.user.empty()) body += fmt::format(" You are <strong>{}</strong>.", oauth::page_text(page.user));
  body += "</p>\n<ol class=\"legs\">\n";
  for (std::size_t i = 0; i < page.legs.size(); ++i) body += leg_html(page, i, now);
  body += fmt::format("</ol>\n<h2>Why {}?</h2>\n{}{}", shown, uses_html(page), form_html(page.form_action, "Continue to " + shown));
  return finished({.title = "Next: " + printable(provider, 80), .badge = "vmcpauth", .body_html = std::move(body)});
}

http::Response bare_step_page(const std::string& form_action) {
  std::string body = "<h1>Continue signing in?</h1>\n<p>The next identity provider is waiting. What was granted so far cannot be shown any more.</p>\n";
  return finished({.title = "Continue signing in", .badge = "vmcpauth", .body_html = body + form_html(form_action, "Continue")});
}

}  // namespace vmcpauth::authserver
