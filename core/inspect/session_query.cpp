#include "core/inspect/session_query.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/inspect/session_json.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr std::size_t kPage = 200;
constexpr std::size_t kNamed = 5;

bool is_user(const store::SessionView& session, const std::string& user) {
  return session.user_id() == user || session.user_email() == user || session.user_name() == user;
}

std::string asked_for(const SessionQuery& query) {
  std::string out;
  if (!query.session.empty()) out += " " + printable(query.session, 80);
  if (!query.user.empty()) out += " of the user " + printable(query.user, 120);
  if (!query.provider.empty()) out += " with tokens of " + printable(query.provider, 80);
  return out;
}

// Up to kNamed sessions; more are only counted as more.
struct Found {
  std::optional<store::SessionView> one;
  std::vector<std::string> ids;
};

}  // namespace

bool narrow(store::SessionView& session, const SessionQuery& query, TimePoint now) {
  if (!session.session_id.starts_with(query.session)) return false;
  if (!query.user.empty() && !is_user(session, query.user)) return false;
  const bool by_row = !query.provider.empty() || query.expired || query.expiring;
  if (!by_row) return true;
  std::erase_if(session.rows, [&](const store::UpstreamTokens& row) {
    if (!query.provider.empty() && row.provider != query.provider) return true;
    if (query.expired && !(row.expires_at && *row.expires_at <= now)) return true;
    return query.expiring && !(row.expires_at && *row.expires_at > now && *row.expires_at <= now + *query.expiring);
  });
  return !session.rows.empty();
}

Task<Result<void>> visit_sessions(store::StoreBrowser& browser, SessionQuery query, TimePoint now, Visit visit, Progress progress) {
  std::string cursor;
  std::uint64_t seen = 0;
  while (true) {
    store::SessionFilter filter{.id_prefix = query.session, .user_id = {}};
    auto page = co_await browser.scan_sessions(cursor, kPage, std::move(filter));
    if (!page) co_return std::unexpected(std::move(page).error());
    seen += page->sessions.size();
    for (auto& session : page->sessions) {
      if (!narrow(session, query, now)) continue;
      if (!visit(std::move(session))) co_return Result<void>{};
    }
    if (progress) progress(seen);
    if (!page->next) co_return Result<void>{};
    cursor = *std::move(page->next);
  }
}

Task<Result<store::SessionView>> choose_session(store::StoreBrowser& browser, SessionQuery query, TimePoint now) {
  if (!query.session.empty()) {
    auto whole = co_await browser.find_session(query.session);
    if (!whole) co_return std::unexpected(std::move(whole).error());
    if (*whole && narrow(**whole, query, now)) co_return **std::move(whole);
  }
  Found found;
  Visit visit = [&](store::SessionView session) {
    if (std::find(found.ids.begin(), found.ids.end(), session.session_id) != found.ids.end()) return true;
    found.ids.push_back(session.session_id);
    if (!found.one) found.one = std::move(session);
    return found.ids.size() <= kNamed;
  };
  auto walked = co_await visit_sessions(browser, query, now, std::move(visit), nullptr);
  if (!walked) co_return std::unexpected(std::move(walked).error());
  if (!found.one) co_return fail(ErrorCode::NotFound, "the store has no session" + asked_for(query));
  if (found.ids.size() == 1) co_return *std::move(found.one);
  const bool more = found.ids.size() > kNamed;
  if (more) found.ids.resize(kNamed);
  std::vector<std::string> names;
  for (const auto& id : found.ids) names.push_back(short_id(id));
  co_return fail(ErrorCode::InvalidInput, fmt::format("several sessions fit{}: {}{}; name one", asked_for(query), fmt::join(names, ", "), more ? ", …" : ""));
}

Result<const store::UpstreamTokens*> choose_row(const store::SessionView& session, const std::string& provider) {
  if (session.rows.empty()) return fail(ErrorCode::NotFound, "the session " + short_id(session.session_id) + " has no tokens");
  std::vector<std::string> names;
  for (const auto& row : session.rows) {
    if (row.provider == provider) return &row;
    names.push_back(printable(row.provider, 60));
  }
  if (provider.empty() && session.rows.size() == 1) return &session.rows.front();
  if (provider.empty()) return fail(ErrorCode::InvalidInput, fmt::format("the session has tokens of {}: name one with --provider", fmt::join(names, ", ")));
  return fail(ErrorCode::NotFound, fmt::format("the session has no tokens of {}; it has those of {}", printable(provider, 60), fmt::join(names, ", ")));
}

}  // namespace vmcpauth::inspect
