#include "core/oauth/signed_in_page.hpp"

#include <fmt/format.h>

namespace vmcpauth::oauth {

http::Response signed_in_page(const SignedIn& facts, TimePoint now) {
  std::string body = fmt::format("<h1>Signed in</h1>\n<p>The credential for <code>{}</code> is stored, and a first request with it succeeded{}.</p>\n",
                                 page_text(facts.server, 300), facts.probe.empty() ? "" : ": " + page_text(facts.probe, 200));
  body += "<ol class=\"legs\" aria-label=\"Identity providers\">\n";
  for (const auto& provider : facts.providers) {
    body += fmt::format(
        "<li><span class=\"mark done\" aria-hidden=\"true\">✓</span><div class=\"what\"><strong>{}</strong><small>Signed in, {}</small>{}</div></li>\n",
        page_text(provider.name, 200), expiry_html(provider.expires_at, now), scope_list_html(provider.scopes, "Granted scopes"));
  }
  body +=
      fmt::format("</ol>\n<h2>Your token</h2>\n<p>Issued by <code>{}</code>, {}{}.</p>\n{}", page_text(facts.issuer, 300), expiry_html(facts.expires_at, now),
                  facts.renewable ? " and renewed by itself" : "", scope_list_html(facts.scopes, "Scopes of your token"));
  body += "<p class=\"note good\">You can close this window and go back to the terminal.</p>";
  return page_response(200, {.title = "Signed in", .badge = "vmcpauth", .body_html = std::move(body)});
}

http::Response not_signed_in_page(const std::string& server, const std::string& what) {
  return page_response(
      400, {.title = "Not signed in",
            .badge = "vmcpauth",
            .body_html = fmt::format("<h1>The login did not succeed</h1>\n<p>You are not signed in to <code>{}</code>.</p>\n<p role=\"alert\">{}</p>\n"
                                     "<p class=\"note\">The terminal says more. You can close this window.</p>",
                                     page_text(server, 300), page_text(what, 500))});
}

}  // namespace vmcpauth::oauth
