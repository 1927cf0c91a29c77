// The dump of a store: one JSON object with a header, all records (store::to_json) and a count, written record by record;
// and the reader of what may be anybody's file. Format: docs/reference/token-json.md. Used by `token dump|import`.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/inspect/document_shapes.hpp"
#include "core/inspect/streamed_document.hpp"
#include "core/store/record.hpp"
#include "core/store/record_json.hpp"

namespace vmcpauth::inspect {

inline constexpr int kDumpVersion = 1;
inline constexpr std::size_t kMaxDumpBytes = 512U << 20U;

struct DumpHeader {
  TimePoint created_at;
  std::string store;  // what it was taken from, in words, without password
  store::Secrets secrets = store::Secrets::Redact;
};

class DumpWriter {
 public:
  using Sink = StreamedDocument<kDumpShape>::Sink;
  DumpWriter(const DumpHeader& header, Sink sink);
  void add(const store::Record& record);
  // The end; nothing may be added after it.
  void finish();
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  store::Secrets secrets_;
  StreamedDocument<kDumpShape> document_;
  std::map<std::string, std::uint64_t, std::less<>> counts_;
  std::uint64_t count_ = 0;
};

struct DumpSummary {
  DumpHeader header;
  std::uint64_t records = 0;
};

// Calls `take` for each record; its error ends the reading. InvalidInput: not a dump, another version, cut short (the count does
// not fit), a redacted one (nothing of use is in it), a record that is wrong (the message says which). TooLarge.
[[nodiscard]] Result<DumpSummary> read_dump(std::string_view text, const std::function<Result<void>(store::Record)>& take);

// True for text that says it is a dump, or an encrypted one.
[[nodiscard]] bool is_dump(std::string_view text) noexcept;

}  // namespace vmcpauth::inspect
