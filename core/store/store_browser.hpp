// The store port for people who look and mend (`token list|inspect|dump|import|revoke`): pages of bounded size instead of
// lists, a cursor instead of a position, records that move between stores. Every store implements it beside SessionStore.
// Errors: Unavailable as there; Forbidden for a change in a store that was opened read-only; InvalidInput for a cursor
// that is none of this store's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/store/record.hpp"
#include "core/store/session_store.hpp"

namespace vmcpauth::store {

// A session as it is stored; expired rows that are still there are shown too, for they are what people look for.
struct SessionView {
  std::string session_id;
  std::vector<UpstreamTokens> rows;            // by provider name; move-only
  std::vector<std::string> deleted_providers;  // ToolHive's tombstones
  std::vector<std::string> damaged_providers;  // rows that cannot be read; "(index)" for the list of them
  // Of any of its rows.
  [[nodiscard]] std::string user_id() const;
  [[nodiscard]] std::string user_name() const;
  [[nodiscard]] std::string user_email() const;
  [[nodiscard]] std::string client_id() const;
  [[nodiscard]] std::optional<TimePoint> created_at() const;  // the earliest known
  [[nodiscard]] std::optional<TimePoint> last_used_at() const;
};

// What a page may skip without reading it. Empty members skip nothing.
struct SessionFilter {
  std::string id_prefix;  // the short form of a tsid
  std::string user_id;
};

struct SessionPage {
  std::vector<SessionView> sessions;  // may be empty before the end
  std::optional<std::string> next;    // nullopt: that was the last page
};

// Which records a scan is for.
enum class RecordChoice : std::uint8_t {
  Everything,
  Logins,  // pending legs, codes, refresh tokens: what somebody can go on with
};

struct RecordPage {
  std::vector<Record> records;
  std::uint64_t damaged = 0;  // rows that cannot be read, left out
  std::optional<std::string> next;
};

class StoreBrowser {
 public:
  virtual ~StoreBrowser() = default;

  // About how many sessions there are, for progress; cheap, and not exact.
  virtual Task<Result<std::uint64_t>> count_sessions() = 0;
  // A page of about `count` (1…1000) sessions from `cursor` on ("" = the beginning). Every session that is there the whole
  // time is seen at least once; one that changes meanwhile may be seen twice. Order is the store's own.
  virtual Task<Result<SessionPage>> scan_sessions(std::string cursor, std::size_t count, SessionFilter filter) = 0;
  // By its whole identifier.
  virtual Task<Result<std::optional<SessionView>>> find_session(std::string session_id) = 0;
  // One provider's tokens, leaving the others of the session. False when there were none.
  virtual Task<Result<bool>> erase_row(std::string session_id, std::string provider) = 0;

  // What is chosen of the store, a page at a time, as records that import_records of any store takes. A cursor belongs to one choice.
  virtual Task<Result<RecordPage>> scan_records(std::string cursor, std::size_t count, RecordChoice choice) = 0;
  // Adds the records, each replacing the one of the same key, and says how many: what has expired at `now` is left out. Bounded
  // batches (kImportBatch) keep it quick; SQLite takes a batch whole or not at all.
  virtual Task<Result<std::uint64_t>> import_records(std::vector<Record> records, TimePoint now) = 0;
  // What keep() has kept, by name; changes nothing.
  virtual Task<Result<std::map<std::string, Secret>>> kept_values() = 0;
};

// How many records at once are a good batch for import_records.
inline constexpr std::size_t kImportBatch = 500;

// Both faces of one store, as the factory of proxy/ makes it.
class Store : public SessionStore, public StoreBrowser {};

}  // namespace vmcpauth::store
