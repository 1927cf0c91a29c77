#include "proxy/demo/page.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::proxy {
namespace {

// System colours would do, but contrast is ours to promise: every pair below is at least 4.5:1 in both schemes.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--brand:#1f5fd0;--on-brand:#fff;--tint:#e8f0fe;--note:#6a4700;--note-bg:#fff6dd}
@media(prefers-color-scheme:dark){:root{--page:#0f1216;--card:#181c22;--ink:#e8ebef;--soft:#a6afb9;--line:#3a424c;--brand:#7fb0ff;--on-brand:#0b1a33;--tint:#1c2b45;--note:#f3d58a;--note-bg:#2c2510}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:27rem;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.75rem;box-shadow:0 1px 3px #0002}
.badge{display:flex;align-items:center;gap:.6rem;margin:0 0 1rem;color:var(--soft);font-size:.9rem}
.badge b{display:inline-grid;place-items:center;width:2rem;height:2rem;border-radius:8px;background:var(--brand);color:var(--on-brand);text-transform:uppercase}
h1{font-size:1.35rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
p{margin:.5rem 0;color:var(--soft);overflow-wrap:anywhere}
p strong,code{color:var(--ink)}
code{font:.9em ui-monospace,monospace}
ul.scopes{display:flex;flex-wrap:wrap;gap:.35rem;list-style:none;margin:.5rem 0 1rem;padding:0}
ul.scopes li{background:var(--tint);border-radius:99px;padding:.1rem .65rem;font-size:.85rem;overflow-wrap:anywhere}
fieldset{border:0;margin:1rem 0;padding:0;min-width:0}
legend{font-weight:600;padding:0;margin-bottom:.5rem}
label.user{display:flex;align-items:center;gap:.75rem;border:1px solid var(--line);border-radius:10px;padding:.6rem .8rem;margin-bottom:.5rem;cursor:pointer}
label.user:hover,label.user:has(:checked){border-color:var(--brand)}
label.user:has(:checked){background:var(--tint)}
label.user:focus-within{outline:3px solid var(--brand);outline-offset:2px}
label.user input{accent-color:var(--brand);width:1.1rem;height:1.1rem;flex:none;margin:0}
label.user input:focus{outline:none}
label.user span{min-width:0;overflow-wrap:anywhere}
label.user small{display:block;color:var(--soft);font-size:.875rem}
.actions{display:flex;gap:.75rem;margin-top:1.25rem}
button{flex:1;font:inherit;font-weight:600;padding:.65rem 1rem;border-radius:10px;border:1px solid var(--line);background:transparent;color:var(--ink);cursor:pointer}
button.main{background:var(--brand);border-color:var(--brand);color:var(--on-brand)}
button:focus-visible,a:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
a{color:var(--brand)}
.note{background:var(--note-bg);color:var(--note);border-radius:10px;padding:.6rem .8rem;font-size:.875rem;margin:1.25rem 0 0}
@media(max-width:24rem){main{padding:1.1rem}.actions{flex-direction:column}}
)";

const std::string& content_security_policy() {
  // No form-action: Chromium applies it to every redirect that follows a form's POST, and those end at other identity
  // providers and at the MCP client's own redirect URI, which this page cannot know.
  static const std::string policy =
      "default-src 'none'; style-src 'sha256-" + base64_encode(crypto::sha256(kStyle)) + "'; base-uri 'none'; frame-ancestors 'none'";
  return policy;
}

}  // namespace

http::Response page_response(int status, const Page& page) {
  const std::string initial = page.badge.empty() ? "?" : html_escape(page.badge.substr(0, 1));
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  html += "<title>" + html_escape(page.title) + "</title>\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n<main>\n";
  html += "<p class=\"badge\"><b aria-hidden=\"true\">" + initial + "</b> <span>" + html_escape(page.badge) + "</span></p>\n";
  html += page.body_html + "\n</main>\n</body>\n</html>\n";
  auto response = http::Response::html(status, std::move(html));
  response.headers.set("Content-Security-Policy", content_security_policy());
  return response;
}

}  // namespace vmcpauth::proxy
