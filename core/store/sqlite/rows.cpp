#include "core/store/sqlite/rows.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "core/store/record_json.hpp"
#include "core/store/retention.hpp"

namespace vmcpauth::store::sqlite {
namespace {

std::string place_of(std::string_view kind, std::string_view key) { return "vmcpauth " + std::string(kind) + '\n' + std::string(key); }
// Beside the check of the key, which has another name.
constexpr std::string_view kKeptPrefix = "value ";
std::string kept_place(const std::string& name) { return "vmcpauth kept\n" + name; }
std::string upstream_place(const std::string& session_id, const std::string& provider) {
  return "vmcpauth upstream\n" + std::to_string(session_id.size()) + ':' + session_id + ':' + provider;
}

std::optional<std::int64_t> stored(TimePoint time) { return time == TimePoint::max() ? std::nullopt : std::optional(unix_seconds(time)); }

struct Key {
  std::string operator()(const ClientRecord& r) const { return r.client.id; }
  std::string operator()(const PendingRecord& r) const { return pending_key(r.pending.internal_state); }
  std::string operator()(const CodeRecord& r) const { return r.signature; }
  std::string operator()(const RefreshRecord& r) const { return r.signature; }
  std::string operator()(const RevokedGrantRecord& r) const { return r.grant_id; }
  std::string operator()(const UpstreamRecord& r) const { return r.session_id; }
  std::string operator()(const UserRecord& r) const { return std::to_string(r.provider.size()) + ':' + r.provider + ':' + r.subject; }
  std::string operator()(const OnceRecord& r) const { return r.digest; }
  std::string operator()(const RegistrationRecord& r) const { return r.key; }
};

// What the row knows better than the sealed body.
struct ApplyColumns {
  bool used;
  std::optional<TimePoint> expires_at;
  void operator()(ClientRecord& r) const { r.expires_at = expires_at; }
  void operator()(CodeRecord& r) const { r.used = used; }
  void operator()(RefreshRecord& r) const { r.used = used; }
  void operator()(RevokedGrantRecord& r) const { r.expires_at = expires_at.value_or(TimePoint::max()); }
  void operator()(auto&) const {}
};

bool is_used(const Record& record) {
  if (const auto* code = std::get_if<CodeRecord>(&record)) return code->used;
  if (const auto* refresh = std::get_if<RefreshRecord>(&record)) return refresh->used;
  return false;
}

// Codes name the session that nobody can reach before they are redeemed.
std::string session_of(const Record& record) {
  const auto* code = std::get_if<CodeRecord>(&record);
  return code == nullptr ? std::string() : code->code.grant.session_id;
}

}  // namespace

std::string key_of(const Record& record) { return std::visit(Key{}, record); }
std::string pending_key(std::string_view internal_state) { return base64url_encode(crypto::sha256(internal_state)); }

Result<std::string> RowSealer::seal(const Record& record, std::string_view place) const {
  const Secret body(to_json(record, Secrets::Reveal).dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
  return seal(body, place);
}

Result<Record> RowSealer::open_record(std::string_view sealed, std::string_view place) const {
  auto opened = open(sealed, place);
  if (!opened) return fail(ErrorCode::Unavailable, "a row of the store does not open with this key, or was changed behind its back");
  TRY(const auto json, parse_json_object(opened->reveal()));
  return record_from_json(json);
}

Result<void> Rows::put(const Record& record) {
  const auto kind = kind_of(record);
  const auto key = key_of(record);
  TRY(const auto body, sealer_.seal(record, place_of(kind, key)));
  TRY(auto statement, database_.prepare("INSERT OR REPLACE INTO records(kind, key, used, session_id, expires_at, body) VALUES(?,?,?,?,?,?)"));
  statement.text(kind).text(key).number(is_used(record) ? 1 : 0).text(session_of(record)).optional_number(stored(expiry_of(record))).blob(body);
  return statement.run();
}

Result<std::optional<Row>> Rows::find(std::string_view kind, const std::string& key) {
  TRY(auto statement, database_.prepare("SELECT used, expires_at, body FROM records WHERE kind=? AND key=?"));
  statement.text(kind).text(key);
  TRY(const bool there, statement.step());
  if (!there) return std::nullopt;
  TRY(auto record, sealer_.open_record(statement.bytes_at(2), place_of(kind, key)));
  Row row{.record = std::move(record), .used = statement.number_at(0) != 0, .expires_at = {}};
  if (!statement.null_at(1)) row.expires_at = from_unix_seconds(statement.number_at(1));
  std::visit(ApplyColumns{row.used, row.expires_at}, row.record);
  return row;
}

Result<bool> Rows::erase(std::string_view kind, const std::string& key) {
  TRY(auto statement, database_.prepare("DELETE FROM records WHERE kind=? AND key=?"));
  TRY_VOID(statement.text(kind).text(key).run());
  return database_.changes() > 0;
}

Result<void> Rows::mark_used(std::string_view kind, const std::string& key, TimePoint expires_at) {
  TRY(auto statement, database_.prepare("UPDATE records SET used=1, expires_at=? WHERE kind=? AND key=?"));
  return statement.optional_number(stored(expires_at)).text(kind).text(key).run();
}

Result<void> Rows::set_expiry(std::string_view kind, const std::string& key, TimePoint expires_at) {
  TRY(auto statement, database_.prepare("UPDATE records SET expires_at=? WHERE kind=? AND key=? AND expires_at IS NOT NULL"));
  return statement.optional_number(stored(expires_at)).text(kind).text(key).run();
}

Result<Rows::Page> Rows::page(std::string& cursor, std::size_t count, RecordChoice choice) {
  const auto cut = cursor.find('\n');
  const auto kind = cursor.substr(0, cut);
  const auto key = cut == std::string::npos ? std::string() : cursor.substr(cut + 1);
  TRY(auto statement,
      database_.prepare(choice == RecordChoice::Everything
                            ? "SELECT kind, key, used, expires_at, body FROM records WHERE (kind, key) > (?, ?) ORDER BY kind, key LIMIT ?"
                            : "SELECT kind, key, used, expires_at, body FROM records WHERE kind IN ('code', 'pending', 'refresh') AND (kind, key) > (?, ?)"
                              " ORDER BY kind, key LIMIT ?"));
  statement.text(kind).text(key).number(static_cast<std::int64_t>(count));
  Page out;
  std::size_t seen = 0;
  std::string last;
  while (true) {
    TRY(const bool more, statement.step());
    if (!more) break;
    const auto row_kind = statement.bytes_at(0);
    const auto row_key = statement.bytes_at(1);
    last = row_kind + '\n' + row_key;
    ++seen;
    auto record = sealer_.open_record(statement.bytes_at(4), place_of(row_kind, row_key));
    if (!record) {
      ++out.damaged;
      continue;
    }
    Row row{.record = *std::move(record), .used = statement.number_at(2) != 0, .expires_at = {}};
    if (!statement.null_at(3)) row.expires_at = from_unix_seconds(statement.number_at(3));
    std::visit(ApplyColumns{row.used, row.expires_at}, row.record);
    out.rows.push_back(std::move(row));
  }
  cursor = seen < count ? std::string() : last;
  return out;
}

Result<void> Rows::put_upstream(const std::string& session_id, const UpstreamTokens& tokens) {
  UpstreamRecord upstream{session_id, tokens.clone()};
  upstream.tokens.last_used_at.reset();
  const Record record(std::move(upstream));
  TRY(const auto body, sealer_.seal(record, upstream_place(session_id, tokens.provider)));
  TRY(auto session,
      database_.prepare("INSERT INTO sessions(session_id, user_id) VALUES(?1, ?2) ON CONFLICT(session_id) DO UPDATE SET user_id=?2 WHERE ?2<>''"));
  TRY_VOID(session.text(session_id).text(tokens.user_id).run());
  TRY(auto statement, database_.prepare("INSERT OR REPLACE INTO upstream(session_id, provider, expires_at, body) VALUES(?,?,?,?)"));
  return statement.text(session_id).text(tokens.provider).optional_number(stored(row_expiry(tokens))).blob(body).run();
}

Result<UpstreamTokens> Rows::read_upstream(Statement& statement, const std::string& session_id) {
  const auto provider = statement.bytes_at(0);
  TRY(auto record, sealer_.open_record(statement.bytes_at(1), upstream_place(session_id, provider)));
  auto* upstream = std::get_if<UpstreamRecord>(&record);
  if (upstream == nullptr) return fail(ErrorCode::Unavailable, "a row of the store is of the wrong kind");
  if (!statement.null_at(2)) upstream->tokens.last_used_at = from_unix_seconds(statement.number_at(2));
  return std::move(upstream->tokens);
}

Result<std::vector<UpstreamTokens>> Rows::upstream_of(const std::string& session_id, std::vector<std::string>* damaged) {
  TRY(auto statement, database_.prepare("SELECT u.provider, u.body, s.last_used_at FROM upstream u LEFT JOIN sessions s USING(session_id)"
                                        " WHERE u.session_id=? ORDER BY u.provider"));
  statement.text(session_id);
  std::vector<UpstreamTokens> rows;
  while (true) {
    TRY(const bool more, statement.step());
    if (!more) return rows;
    auto row = read_upstream(statement, session_id);
    if (row) {
      rows.push_back(*std::move(row));
    } else if (damaged == nullptr) {
      return std::unexpected(std::move(row).error());
    } else {
      damaged->push_back(statement.bytes_at(0));
    }
  }
}

Result<std::optional<UpstreamTokens>> Rows::find_upstream(const std::string& session_id, const std::string& provider) {
  TRY(auto statement, database_.prepare("SELECT u.provider, u.body, s.last_used_at FROM upstream u LEFT JOIN sessions s USING(session_id)"
                                        " WHERE u.session_id=? AND u.provider=?"));
  statement.text(session_id).text(provider);
  TRY(const bool there, statement.step());
  if (!there) return std::nullopt;
  TRY(auto row, read_upstream(statement, session_id));
  return row;
}

Result<void> Rows::erase_session(const std::string& session_id) {
  for (const char* sql : {"DELETE FROM upstream WHERE session_id=?", "DELETE FROM claims WHERE session_id=?", "DELETE FROM sessions WHERE session_id=?"}) {
    TRY(auto statement, database_.prepare(sql));
    TRY_VOID(statement.text(session_id).run());
  }
  return {};
}

Result<Secret> Rows::keep(const std::string& name, const Secret& value) {
  const auto place = kept_place(name);
  TRY(const auto sealed, sealer_.seal(value, place));
  TRY(auto insert, database_.prepare("INSERT OR IGNORE INTO kept(name, body) VALUES(?,?)"));
  TRY_VOID(insert.text(std::string(kKeptPrefix) + name).blob(sealed).run());
  TRY(auto select, database_.prepare("SELECT body FROM kept WHERE name=?"));
  select.text(std::string(kKeptPrefix) + name);
  TRY([[maybe_unused]] const bool there, select.step());
  return sealer_.open(select.bytes_at(0), place);
}

Result<std::map<std::string, Secret>> Rows::kept() {
  TRY(auto select, database_.prepare("SELECT name, body FROM kept WHERE name LIKE 'value %'"));
  std::map<std::string, Secret> out;
  while (true) {
    TRY(const bool more, select.step());
    if (!more) return out;
    auto name = select.bytes_at(0).substr(kKeptPrefix.size());
    TRY(auto value, sealer_.open(select.bytes_at(1), kept_place(name)));
    out.emplace(std::move(name), std::move(value));
  }
}

Result<void> Rows::set_claim_by(const std::string& session_id, std::optional<TimePoint> claim_by) {
  TRY(auto statement, database_.prepare("INSERT INTO sessions(session_id, claim_by) VALUES(?1, ?2) ON CONFLICT(session_id) DO UPDATE SET claim_by=?2"));
  return statement.text(session_id).optional_number(claim_by ? std::optional(unix_seconds(*claim_by)) : std::nullopt).run();
}

}  // namespace vmcpauth::store::sqlite
