#include "core/store/store_browser.hpp"

namespace vmcpauth::store {
namespace {

std::string first_of(const std::vector<UpstreamTokens>& rows, std::string UpstreamTokens::* member) {
  for (const auto& row : rows) {
    if (!(row.*member).empty()) return row.*member;
  }
  return {};
}

}  // namespace

std::string SessionView::user_id() const { return first_of(rows, &UpstreamTokens::user_id); }
std::string SessionView::user_name() const { return first_of(rows, &UpstreamTokens::user_name); }
std::string SessionView::user_email() const { return first_of(rows, &UpstreamTokens::user_email); }
std::string SessionView::client_id() const { return first_of(rows, &UpstreamTokens::client_id); }

std::optional<TimePoint> SessionView::created_at() const {
  std::optional<TimePoint> earliest;
  for (const auto& row : rows) {
    if (row.created_at && (!earliest || *row.created_at < *earliest)) earliest = row.created_at;
  }
  return earliest;
}

std::optional<TimePoint> SessionView::last_used_at() const {
  std::optional<TimePoint> latest;
  for (const auto& row : rows) {
    if (row.last_used_at && (!latest || *row.last_used_at > *latest)) latest = row.last_used_at;
  }
  return latest;
}

}  // namespace vmcpauth::store
