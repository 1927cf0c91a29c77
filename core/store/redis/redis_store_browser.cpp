// The Redis store for people who look: SCAN and SSCAN in bounded steps, never KEYS. Cursors are Redis' own.
#include <algorithm>
#include <charconv>
#include <set>

#include "core/store/redis/record_plans.hpp"
#include "core/store/redis/redis_store.hpp"
#include "core/store/redis/rows.hpp"
#include "core/store/redis/session_rows.hpp"
#include "core/store/retention.hpp"

namespace vmcpauth::store {
namespace {

using redis::Command;
using redis::Reply;
using redis::Script;

// More keys than this are not walked only to count sessions.
constexpr std::int64_t kCountedKeys = 50'000;
constexpr const char* kStep = "1000";
// A session has a handful of rows. What somebody else put there may be larger than anything; that much is looked at.
constexpr const char* kMostRows = "1000";

struct Step {
  std::vector<std::string> keys;
  std::optional<std::string> next;
};

Result<Step> step_of(const Reply& reply) {
  if (!reply.is_array() || reply.items.size() != 2) return fail(ErrorCode::BadResponse, "Redis gave no cursor");
  Step step;
  for (const auto& key : reply.items[1].items) step.keys.push_back(key.text);
  if (reply.items[0].text != "0") step.next = reply.items[0].text;
  return step;
}

bool is_cursor(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// A command that names no key goes along with one that does: in a cluster that one is answered, or redirected, by the node which
// holds the slot of this prefix, and the whole batch with it.
std::vector<Command> where_keys_are(const redis::Keys& keys, Command command) { return {{"EXISTS", keys.unclaimed()}, std::move(command)}; }

// Of SSCAN; none when the key is of another type.
const std::vector<Reply>& members_of(const Reply& scanned) {
  static const std::vector<Reply> kNone;
  return scanned.items.size() == 2 ? scanned.items[1].items : kNone;
}

void add_row(SessionView& view, std::string provider, const Reply& value, const redis::NotesOfSession& notes) {
  if (value.is_text() && value.text.empty()) return;  // gone; the index outlives its members
  if (value.text == redis::kTombstone) {
    view.deleted_providers.push_back(std::move(provider));
    return;
  }
  auto row = value.is_text() ? redis::row_of(provider, value.text, notes) : Result<UpstreamTokens>(fail(ErrorCode::InvalidInput, "no text"));
  if (row) {
    view.rows.push_back(*std::move(row));
  } else {
    view.damaged_providers.push_back(std::move(provider));
  }
}

std::unexpected<Error> no_cursor() { return fail(ErrorCode::InvalidInput, "that is no cursor of this store"); }

}  // namespace

Task<Result<std::uint64_t>> RedisStore::count_sessions() {
  auto size = where_keys_are(keys_, {"DBSIZE"});
  CO_TRY(auto all, co_await read(std::move(size)));
  if (all[1].integer > kCountedKeys) co_return static_cast<std::uint64_t>(all[1].integer / 4);  // a session of two providers has about as many keys
  std::uint64_t count = 0;
  std::optional<std::string> cursor = "0";
  while (cursor) {
    auto commands = where_keys_are(keys_, {"SCAN", *cursor, "MATCH", redis::match_literally(keys_.prefix()) + "upstream:idx:*", "COUNT", kStep});
    CO_TRY(auto replies, co_await read(std::move(commands)));
    CO_TRY(auto step, step_of(replies[1]));
    count += step.keys.size();
    cursor = std::move(step.next);
  }
  co_return count;
}

Task<Result<SessionPage>> RedisStore::scan_sessions(std::string cursor, std::size_t count, SessionFilter filter) {
  if (cursor.empty()) cursor = "0";
  if (!is_cursor(cursor)) co_return no_cursor();
  std::vector<Command> commands;
  const auto at_once = std::to_string(count);
  if (filter.user_id.empty()) {
    const auto pattern = redis::match_literally(keys_.prefix() + "upstream:idx:" + filter.id_prefix) + "*";
    commands = where_keys_are(keys_, {"SCAN", cursor, "MATCH", pattern, "COUNT", at_once});
  } else {
    commands.push_back({"SSCAN", keys_.user_upstream(filter.user_id), cursor, "COUNT", at_once});
  }
  CO_TRY(auto replies, co_await read(std::move(commands)));
  CO_TRY(auto step, step_of(replies.back()));
  std::set<std::string> ids;
  for (const auto& key : step.keys) {
    if (const auto id = keys_.id_in(key, "upstream:idx")) {
      ids.emplace(*id);
    } else if (const auto row = keys_.upstream_in(key)) {
      if (row->first.starts_with(filter.id_prefix)) ids.insert(row->first);
    }
  }
  std::vector<std::string> wanted(ids.begin(), ids.end());
  CO_TRY(auto page, co_await load_sessions(std::move(wanted)));
  page.next = std::move(step.next);
  co_return page;
}

Task<Result<SessionPage>> RedisStore::load_sessions(std::vector<std::string> session_ids) {
  SessionPage page;
  std::vector<Command> lists;
  for (const auto& id : session_ids) {
    lists.push_back({"SSCAN", keys_.upstream_index(id), "0", "COUNT", kMostRows});
    lists.push_back({"HSCAN", keys_.session(id), "0", "COUNT", kMostRows});
  }
  if (lists.empty()) co_return page;
  CO_TRY(auto listed, co_await look(std::move(lists)));
  std::vector<Command> gets;
  std::vector<std::vector<std::string>> providers(session_ids.size());
  for (std::size_t i = 0; i < session_ids.size(); ++i) {
    for (const auto& member : members_of(listed[2 * i])) {
      // Members of another prefix would lie in another slot; ToolHive skips them too.
      const auto row = keys_.upstream_in(member.text);
      if (!row || row->first != session_ids[i]) continue;
      providers[i].push_back(row->second);
      gets.push_back(redis::read_row(member.text));
    }
  }
  std::vector<Reply> values;
  if (!gets.empty()) {
    CO_TRY(values, co_await look(std::move(gets)));
  }
  auto value = values.begin();
  for (std::size_t i = 0; i < session_ids.size(); ++i) {
    SessionView view{session_ids[i], {}, {}, {}};
    const auto notes = redis::NotesOfSession::of_hash(listed[2 * i + 1].items.size() == 2 ? listed[2 * i + 1].items[1] : Reply());
    if (listed[2 * i].is_error()) view.damaged_providers.emplace_back("(index)");
    for (auto& provider : providers[i]) add_row(view, std::move(provider), *value++, notes);
    std::sort(view.rows.begin(), view.rows.end(), [](const auto& a, const auto& b) { return a.provider < b.provider; });
    if (!view.rows.empty() || !view.deleted_providers.empty() || !view.damaged_providers.empty()) page.sessions.push_back(std::move(view));
  }
  co_return page;
}

Task<Result<SessionView>> RedisStore::load_session(std::string session_id) {
  SessionView nothing{session_id, {}, {}, {}};
  std::vector<std::string> ids{std::move(session_id)};
  CO_TRY(auto page, co_await load_sessions(std::move(ids)));
  if (page.sessions.empty()) co_return nothing;
  co_return std::move(page.sessions.front());
}

Task<Result<std::optional<SessionView>>> RedisStore::find_session(std::string session_id) {
  CO_TRY(auto view, co_await load_session(std::move(session_id)));
  if (view.rows.empty() && view.deleted_providers.empty() && view.damaged_providers.empty()) co_return std::optional<SessionView>();
  co_return std::optional<SessionView>(std::move(view));
}

Task<Result<bool>> RedisStore::erase_row(std::string session_id, std::string provider) {
  std::vector<std::string> keys{keys_.upstream(session_id, provider), keys_.upstream_index(session_id), keys_.session(session_id)};
  std::vector<std::string> arguments{provider, session_id};
  CO_TRY(auto reply, co_await change(Script::EraseRow, std::move(keys), std::move(arguments)));
  co_return reply.integer == 1;
}

Task<Result<RecordPage>> RedisStore::scan_records(std::string cursor, std::size_t count, RecordChoice choice) {
  if (cursor.empty()) cursor = "0";
  if (!is_cursor(cursor)) co_return no_cursor();
  // Logins: authcode, pending and refresh; the few others that begin like that are sorted out here.
  const auto pattern = redis::match_literally(keys_.prefix()) + (choice == RecordChoice::Logins ? "[apr]*" : "*");
  auto commands = where_keys_are(keys_, {"SCAN", cursor, "MATCH", pattern, "COUNT", std::to_string(count)});
  CO_TRY(auto replies, co_await read(std::move(commands)));
  CO_TRY(auto step, step_of(replies[1]));
  RecordPage page;
  CO_TRY(page, co_await load_records(std::move(step.keys), choice));
  page.next = std::move(step.next);
  co_return page;
}

Task<Result<RecordPage>> RedisStore::load_records(std::vector<std::string> keys, RecordChoice choice) {
  RecordPage page;
  std::vector<std::pair<std::string, redis::Plan>> plans;
  std::vector<Command> commands;
  for (auto& key : keys) {
    auto plan = redis::plan_of(keys_, key);
    if (!plan || (choice == RecordChoice::Logins && !plan->of_login)) continue;
    commands.insert(commands.end(), plan->reads.begin(), plan->reads.end());
    plans.emplace_back(std::move(key), *std::move(plan));
  }
  if (commands.empty()) co_return page;
  CO_TRY(auto replies, co_await look(std::move(commands)));
  const auto now = clock_.now();
  auto at = replies.begin();
  for (const auto& [key, plan] : plans) {
    const auto end = at + static_cast<std::ptrdiff_t>(plan.reads.size());
    const std::vector<Reply> mine(std::make_move_iterator(at), std::make_move_iterator(end));
    at = end;
    auto record = plan.make(keys_, key, mine, now);
    if (record) {
      page.records.push_back(*std::move(record));
    } else if (mine[0].is_error() || (!mine[0].text.empty() && mine[0].text != redis::kTombstone)) {
      ++page.damaged;  // not as the layout says; what is gone since the scan, and tombstones, are nobody's loss
    }
  }
  co_return page;
}

Task<Result<std::map<std::string, Secret>>> RedisStore::kept_values() {
  std::vector<Command> commands{{"HGETALL", keys_.ours("kept", "values")}};
  CO_TRY(auto replies, co_await read(std::move(commands)));
  std::map<std::string, Secret> out;
  auto& items = replies[0].items;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) out.emplace(std::move(items[i].text), Secret(std::move(items[i + 1].text)));
  co_return out;
}

}  // namespace vmcpauth::store
