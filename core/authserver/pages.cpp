#include "core/authserver/pages.hpp"

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/oauth/page.hpp"

namespace vmcpauth::authserver {
namespace {

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
  for (const auto& row : rows) html += fmt::format("<dt>{}</dt><dd>{}</dd>", html_escape(row.label), oauth::page_text(row.value, 1000));
  return html + "</dl>";
}

// A wide table scrolls by itself; who has no mouse can reach it with the keyboard.
std::string events_html(const std::vector<Event>& events) {
  if (events.empty()) return {};
  std::string html =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What happened\"><table><caption>What happened</caption><thead><tr>"
      "<th scope=\"col\">Time</th><th scope=\"col\">Step</th><th scope=\"col\">Provider</th><th scope=\"col\">Detail</th></tr></thead><tbody>";
  for (const auto& event : events) {
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", time_of_day(event.at), words(to_string(event.kind)),
                        html_escape(event.provider), html_escape(event.detail));
  }
  return html + "</tbody></table></div>";
}

}  // namespace

http::Response render(const Page& page) {
  std::string body = fmt::format("<h1>{}</h1>\n<p role=\"alert\">{}</p>\n", html_escape(page.title), html_escape(page.message));
  body += rows_html(page.rows) + events_html(page.events);
  return oauth::page_response(page.status, {.title = page.title, .badge = "vmcpauth", .body_html = std::move(body), .wide = !page.events.empty()});
}

}  // namespace vmcpauth::authserver
