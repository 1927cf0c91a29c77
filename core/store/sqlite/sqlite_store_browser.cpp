// The SQLite store for people who look. Cursors: the last session seen; for records, "r" or "u" and the last row seen.
#include <algorithm>

#include "core/store/sqlite/store_work.hpp"

namespace vmcpauth::store {
namespace {

using sqlite::Rows;

Result<std::vector<std::string>> session_ids(Rows& rows, const std::string& after, std::size_t count, const SessionFilter& filter) {
  // The prefix bounds a range of keys: nothing in it is a pattern.
  auto statement = filter.user_id.empty()
                       ? rows.database().prepare("SELECT DISTINCT session_id FROM upstream WHERE session_id>?1 AND session_id>=?2 ORDER BY session_id LIMIT ?3")
                       : rows.database().prepare(
                             "SELECT session_id FROM sessions WHERE user_id=?4 AND session_id>?1 AND session_id>=?2"
                             " ORDER BY session_id LIMIT ?3");
  if (!statement) return std::unexpected(std::move(statement).error());
  statement->text(after).text(filter.id_prefix).number(static_cast<std::int64_t>(count));
  if (!filter.user_id.empty()) statement->text(filter.user_id);
  std::vector<std::string> ids;
  while (true) {
    TRY(const bool more, statement->step());
    if (!more) return ids;
    ids.push_back(statement->bytes_at(0));
  }
}

Result<SessionPage> scan(Rows& rows, const std::string& cursor, std::size_t count, const SessionFilter& filter) {
  TRY(const auto ids, session_ids(rows, cursor, count, filter));
  SessionPage page;
  if (ids.size() == count) page.next = ids.back();
  for (const auto& id : ids) {
    if (!id.starts_with(filter.id_prefix)) {
      page.next.reset();
      break;
    }
    SessionView view{id, {}, {}, {}};
    TRY(view.rows, rows.upstream_of(id, &view.damaged_providers));
    if (!view.rows.empty() || !view.damaged_providers.empty()) page.sessions.push_back(std::move(view));
  }
  return page;
}

// Tokens come after all other records.
Result<RecordPage> scan_tokens(Rows& rows, const std::string& after, std::size_t count) {
  TRY(const auto ids, session_ids(rows, after, count, {}));
  RecordPage page;
  for (const auto& id : ids) {
    std::vector<std::string> damaged;
    TRY(auto tokens, rows.upstream_of(id, &damaged));
    page.damaged += damaged.size();
    for (auto& row : tokens) page.records.push_back(UpstreamRecord{id, std::move(row)});
  }
  if (ids.size() == count) page.next = "u" + ids.back();
  return page;
}

Result<RecordPage> scan_chosen(Rows& rows, const std::string& cursor, std::size_t count, RecordChoice choice) {
  if (cursor.starts_with('u')) return scan_tokens(rows, cursor.substr(1), count);
  std::string position = cursor.empty() ? "" : cursor.substr(1);
  TRY(auto found, rows.page(position, count, choice));
  RecordPage page;
  for (auto& row : found.rows) page.records.push_back(std::move(row.record));
  page.damaged = found.damaged;
  if (!position.empty()) {
    page.next = "r" + position;
  } else if (choice == RecordChoice::Everything) {
    page.next = "u";
  }
  return page;
}

Result<void> import_one(Rows& rows, const Record& record) {
  const auto* upstream = std::get_if<UpstreamRecord>(&record);
  if (upstream == nullptr) return rows.put(record);
  TRY_VOID(rows.put_upstream(upstream->session_id, upstream->tokens));
  TRY_VOID(rows.set_claim_by(upstream->session_id, std::nullopt));
  if (!upstream->tokens.last_used_at) return {};
  TRY(auto statement, rows.database().prepare("UPDATE sessions SET last_used_at=?1 WHERE session_id=?2 AND (last_used_at IS NULL OR last_used_at<?1)"));
  return statement.number(unix_seconds(*upstream->tokens.last_used_at)).text(upstream->session_id).run();
}

}  // namespace

Task<Result<std::uint64_t>> SqliteStore::count_sessions() {
  return read([](Rows& rows) -> Result<std::uint64_t> {
    TRY(const auto count, rows.database().number_of("SELECT count(DISTINCT session_id) FROM upstream"));
    return static_cast<std::uint64_t>(count);
  });
}

Task<Result<SessionPage>> SqliteStore::scan_sessions(std::string cursor, std::size_t count, SessionFilter filter) {
  return read([cursor = std::move(cursor), count, filter = std::move(filter)](Rows& rows) { return scan(rows, cursor, count, filter); });
}

Task<Result<std::optional<SessionView>>> SqliteStore::find_session(std::string session_id) {
  return read([session_id = std::move(session_id)](Rows& rows) -> Result<std::optional<SessionView>> {
    SessionView view{session_id, {}, {}, {}};
    TRY(view.rows, rows.upstream_of(session_id, &view.damaged_providers));
    if (view.rows.empty() && view.damaged_providers.empty()) return std::nullopt;
    return view;
  });
}

Task<Result<bool>> SqliteStore::erase_row(std::string session_id, std::string provider) {
  return write([session_id = std::move(session_id), provider = std::move(provider)](Rows& rows) -> Result<bool> {
    auto& database = rows.database();
    TRY(auto row, database.prepare("DELETE FROM upstream WHERE session_id=? AND provider=?"));
    TRY_VOID(row.text(session_id).text(provider).run());
    if (database.changes() == 0) return false;
    std::vector<std::string> damaged;
    TRY(const auto left, rows.upstream_of(session_id, &damaged));
    if (left.empty() && damaged.empty()) TRY_VOID(rows.erase_session(session_id));
    return true;
  });
}

Task<Result<RecordPage>> SqliteStore::scan_records(std::string cursor, std::size_t count, RecordChoice choice) {
  return read([cursor = std::move(cursor), count, choice](Rows& rows) -> Result<RecordPage> {
    if (!cursor.empty() && cursor[0] != 'r' && cursor[0] != 'u') return fail(ErrorCode::InvalidInput, "that is no cursor of this store");
    return scan_chosen(rows, cursor, count, choice);
  });
}

Task<Result<std::uint64_t>> SqliteStore::import_records(std::vector<Record> records, TimePoint now) {
  return write([records = std::move(records), now](Rows& rows) -> Result<std::uint64_t> {
    std::uint64_t taken = 0;
    for (const auto& record : records) {
      if (expiry_of(record) <= now) continue;
      TRY_VOID(import_one(rows, record));
      ++taken;
    }
    return taken;
  });
}

Task<Result<std::map<std::string, Secret>>> SqliteStore::kept_values() {
  return read([](Rows& rows) { return rows.kept(); });
}

}  // namespace vmcpauth::store
