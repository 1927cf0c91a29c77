// The store port for people who look and mend (`token list|inspect|dump|import|revoke`): pages of bounded size instead of
// lists, a cursor instead of a position, records that move between stores. Every store implements it beside SessionStore.
// Errors: Unavailable as there; Forbidden for a change in a store that was opened read-only; InvalidInput for a cursor
// that is none of this store's.
#pragma once

#include <cstdint>
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

struct RecordPage {
  std::vector<Record> records;
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

  // Everything in the store, a page at a time, as records that import_record of any store takes.
  virtual Task<Result<RecordPage>> scan_records(std::string cursor, std::size_t count) = 0;
  // Adds the record or replaces the one of the same key. What has expired at `now` is left out: false.
  virtual Task<Result<bool>> import_record(Record record, TimePoint now) = 0;
};

// Both faces of one store, as the factory of proxy/ makes it.
class Store : public SessionStore, public StoreBrowser {};

}  // namespace vmcpauth::store
