#include "core/oauth/page.hpp"

#include <fmt/chrono.h>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::oauth {
namespace {

// System colours would do, but contrast is ours to promise: every pair below is at least 4.5:1 in both schemes.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--brand:#1f5fd0;--on-brand:#fff;--tint:#e8f0fe;--note:#6a4700;--note-bg:#fff6dd;--ok:#116329;--ok-bg:#dafbe1}
@media(prefers-color-scheme:dark){:root{--page:#0f1216;--card:#181c22;--ink:#e8ebef;--soft:#a6afb9;--line:#3a424c;--brand:#7fb0ff;--on-brand:#0b1a33;--tint:#1c2b45;--note:#f3d58a;--note-bg:#2c2510;--ok:#7ee2a0;--ok-bg:#12331f}}
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
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.25rem}
button{flex:1;font:inherit;font-weight:600;padding:.65rem 1rem;border-radius:10px;border:1px solid var(--line);background:transparent;color:var(--ink);cursor:pointer}
button.main{flex:2 1 auto;background:var(--brand);border-color:var(--brand);color:var(--on-brand)}
button:focus-visible,a:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
a{color:var(--brand)}
.note{background:var(--note-bg);color:var(--note);border-radius:10px;padding:.6rem .8rem;font-size:.875rem;margin:1.25rem 0 0}
.note.good{background:var(--ok-bg);color:var(--ok)}
main.wide{max-width:46rem}
h2{font-size:1rem;margin:1.25rem 0 .35rem}
dl{margin:1rem 0}dt{font-weight:600;margin-top:.6rem}dd{margin:0;color:var(--soft);overflow-wrap:anywhere}
.scroll{overflow-x:auto}
.scroll:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
table{border-collapse:collapse;width:100%;margin-top:1.25rem;font-size:.9rem}
caption{text-align:left;font-weight:600;padding-bottom:.25rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
ol.legs{list-style:none;margin:1rem 0;padding:0;display:grid;gap:.5rem}
ol.legs>li{display:flex;gap:.75rem;border:1px solid var(--line);border-radius:10px;padding:.65rem .8rem}
ol.legs>li[aria-current]{border-color:var(--brand);box-shadow:inset 3px 0 0 var(--brand)}
ol.legs .mark{flex:none;display:inline-grid;place-items:center;width:1.6rem;height:1.6rem;border-radius:99px;border:1px solid var(--line);font-size:.85rem;font-weight:600}
ol.legs .done{background:var(--ok-bg);color:var(--ok);border-color:var(--ok)}
ol.legs [aria-current] .mark{background:var(--brand);color:var(--on-brand);border-color:var(--brand)}
ol.legs .what{min-width:0;flex:1;overflow-wrap:anywhere}
ol.legs small{display:block;color:var(--soft);font-size:.875rem}
ol.legs ul.scopes{margin:.35rem 0 0}
ul.uses{margin:.35rem 0 0;padding-left:1.2rem;color:var(--soft)}
ul.uses li{overflow-wrap:anywhere}
@media(max-width:24rem){main{padding:1.1rem}.actions{flex-direction:column}}
)";

const std::string& content_security_policy() {
  // No form-action: Chromium applies it to every redirect that follows a form's POST, and those end at identity providers and
  // at the MCP client's own redirect URI, which this page cannot know.
  static const std::string policy =
      "default-src 'none'; style-src 'sha256-" + base64_encode(crypto::sha256(kStyle)) + "'; base-uri 'none'; frame-ancestors 'none'";
  return policy;
}

}  // namespace

http::Response page_response(int status, const Page& page) {
  const std::string badge = page_text(page.badge);
  const std::string initial = page.badge.empty() || static_cast<unsigned char>(page.badge.front()) >= 0x80 ? "?" : html_escape(page.badge.substr(0, 1));
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  html += "<title>" + page_text(page.title) + "</title>\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n";
  html += page.wide ? "<main class=\"wide\">\n" : "<main>\n";
  html += "<p class=\"badge\"><b aria-hidden=\"true\">" + initial + "</b> <span>" + badge + "</span></p>\n";
  html += page.body_html + "\n</main>\n</body>\n</html>\n";
  auto response = http::Response::html(status, std::move(html));
  response.headers.set("Content-Security-Policy", content_security_policy());
  return response;
}

std::string page_text(std::string_view text, std::size_t max_bytes) { return html_escape(printable(text, max_bytes)); }

std::string scope_list_html(const std::vector<std::string>& scopes, std::string_view label) {
  if (scopes.empty()) return {};
  std::string html = "<ul class=\"scopes\" aria-label=\"" + html_escape(label) + "\">";
  for (const auto& scope : scopes) html += "<li>" + page_text(scope, 80) + "</li>";
  return html + "</ul>\n";
}

std::string expiry_html(std::optional<TimePoint> expires_at, TimePoint now) {
  if (!expires_at) return "no expiry known";
  const auto left = std::chrono::floor<Seconds>(*expires_at - now);
  const auto moment = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(unix_seconds(*expires_at))));
  return fmt::format("<time datetime=\"{}\">{}</time>", moment, left <= Seconds(0) ? "expired" : "expires in " + human_duration(left));
}

}  // namespace vmcpauth::oauth
