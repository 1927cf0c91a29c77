#include "core/inspect/claim_values.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr double kLatestTime = 253'402'300'799.0;  // the end of the year 9999

void add_words(oauth::Scopes& out, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    if (!word.empty() && !oauth::has_scope(out, word)) out.emplace_back(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::string text_claim(const Json& claims, std::string_view name) {
  if (!claims.is_object()) return {};
  const auto member = claims.find(name);
  return member != claims.end() && member->is_string() ? member->get<std::string>() : std::string();
}

std::optional<TimePoint> date_claim(const Json& claims, std::string_view name) {
  if (!claims.is_object()) return std::nullopt;
  const auto member = claims.find(name);
  if (member == claims.end() || !member->is_number()) return std::nullopt;
  const auto seconds = member->get<double>();
  if (!(seconds >= 0 && seconds <= kLatestTime)) return std::nullopt;
  return from_unix_seconds(static_cast<std::int64_t>(seconds));
}

std::vector<std::string> audience_claim(const Json& claims) {
  std::vector<std::string> out;
  if (!claims.is_object()) return out;
  const auto member = claims.find("aud");
  if (member == claims.end()) return out;
  if (member->is_string()) out.push_back(member->get<std::string>());
  if (!member->is_array()) return out;
  for (const auto& item : *member) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

std::vector<std::string> scope_claim(const Json& claims) {
  oauth::Scopes out;
  if (!claims.is_object()) return out;
  for (const auto* name : {"scope", "scp"}) {
    const auto member = claims.find(name);
    if (member == claims.end()) continue;
    if (member->is_string()) add_words(out, member->get_ref<const std::string&>());
    if (!member->is_array()) continue;
    for (const auto& item : *member) {
      if (item.is_string()) add_words(out, item.get_ref<const std::string&>());
    }
  }
  return out;
}

std::string utc_text(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<Seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string relative_text(TimePoint time, TimePoint now) {
  const auto difference = std::chrono::floor<Seconds>(time) - std::chrono::floor<Seconds>(now);
  if (difference.count() == 0) return "now";
  return difference.count() > 0 ? "in " + human_duration(difference) : human_duration(-difference) + " ago";
}

bool is_embedded_token(std::string_view text) {
  const auto first = text.find('.');
  if (first == std::string_view::npos || text.size() < 20) return false;
  const auto second = text.find('.', first + 1);
  if (second == std::string_view::npos) return false;
  const auto header = base64url_decode(text.substr(0, first));
  return header && header->starts_with('{');
}

Json without_tokens(const Json& value) {
  if (value.is_string()) return is_embedded_token(value.get_ref<const std::string&>()) ? Json("[redacted]") : value;
  if (!value.is_structured()) return value;
  Json out = value;
  for (auto& item : out) item = without_tokens(item);
  return out;
}

}  // namespace vmcpauth::inspect
