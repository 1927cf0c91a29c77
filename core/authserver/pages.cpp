#include "core/authserver/pages.hpp"

#include <fmt/format.h>

#include "core/base/encoding.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::string_view kStyle = R"(:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:CanvasText;background:Canvas}
h1{font-size:1.4rem}dt{font-weight:600;margin-top:.6rem}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin-top:1.5rem;font-size:.9rem}caption{text-align:left;font-weight:600}
th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid GrayText;overflow-wrap:anywhere}
footer{margin-top:2rem;font-size:.85rem;color:GrayText})";

std::string time_of_day(TimePoint at) {
  const auto seconds = unix_seconds(at) % 86'400;
  return fmt::format("{:02}:{:02}:{:02} UTC", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string words(std::string_view snake) {
  std::string out(snake);
  for (char& c : out) c = c == '_' ? ' ' : c;
  return out;
}

std::string rows_html(const std::vector<PageRow>& rows) {
  if (rows.empty()) return {};
  std::string html = "<dl>";
  for (const auto& row : rows) html += fmt::format("<dt>{}</dt><dd>{}</dd>", html_escape(row.label), html_escape(printable(row.value, 1000)));
  return html + "</dl>";
}

std::string events_html(const std::vector<Event>& events) {
  if (events.empty()) return {};
  std::string html =
      "<table><caption>What happened</caption><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Step</th>"
      "<th scope=\"col\">Provider</th><th scope=\"col\">Detail</th></tr></thead><tbody>";
  for (const auto& event : events) {
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", time_of_day(event.at), words(to_string(event.kind)),
                        html_escape(event.provider), html_escape(event.detail));
  }
  return html + "</tbody></table>";
}

}  // namespace

http::Response render(const Page& page) {
  return http::Response::html(
      page.status,
      fmt::format("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                  "<title>{0}</title><style>{1}</style></head><body><main><h1>{0}</h1><p>{2}</p>{3}{4}</main><footer>vmcpauth</footer></body></html>\n",
                  html_escape(page.title), kStyle, html_escape(page.message), rows_html(page.rows), events_html(page.events)));
}

}  // namespace vmcpauth::authserver
