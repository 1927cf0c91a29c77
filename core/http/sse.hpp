// Server-sent events as WHATWG HTML §9.2 frames them: a bounded incremental parser for foreign streams and a writer for
// our own. Used by the aggregated /mcp on both edges and by the client commands.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::http {

struct SseEvent {
  std::string type = "message";
  std::string data;               // lines joined by LF
  std::optional<std::string> id;  // the id field of this very event; "" resets the last event id
};

struct SseLimits {
  std::size_t max_event_bytes = 4U << 20U;  // all fields of one event
  std::size_t max_line_bytes = 4U << 20U;   // also of comments
};

class SseParser {
 public:
  explicit SseParser(SseLimits limits = {}) : limits_(limits) {}

  // The events the bytes complete. What is incomplete waits for more; at the end of the stream it is dropped (§9.2.6).
  // TooLarge past a limit, InvalidInput for bytes that are not UTF-8; the parser is of no use after either.
  [[nodiscard]] Result<std::vector<SseEvent>> feed(std::string_view bytes);

  // What a reconnect sends as Last-Event-ID; "" when there is none. An event without data sets it too.
  [[nodiscard]] const std::string& last_event_id() const noexcept { return last_event_id_; }
  // The last retry field.
  [[nodiscard]] std::optional<std::chrono::milliseconds> retry() const noexcept { return retry_; }

 private:
  [[nodiscard]] Result<void> take_line(std::string_view line, std::vector<SseEvent>& out);
  void dispatch(std::vector<SseEvent>& out);
  void take_field(std::string_view name, std::string_view value);

  SseLimits limits_;
  std::string line_;  // the unfinished line
  std::string type_, data_;
  std::optional<std::string> id_;
  std::string last_event_id_;
  std::optional<std::chrono::milliseconds> retry_;
  std::size_t event_bytes_ = 0;
  bool at_start_ = true;   // a BOM may come
  bool after_cr_ = false;  // an LF belongs to the CR before it
  bool has_data_ = false;
};

// "id: …\nevent: …\ndata: …\n\n"; line breaks of any kind in data become data lines. A type or id with a line break,
// or an id with NUL, is left out: it could not be read back.
[[nodiscard]] std::string sse_text(const SseEvent& event);
// The same with a retry field first: how long a client waits before it reconnects.
[[nodiscard]] std::string sse_text(const SseEvent& event, std::chrono::milliseconds retry);
// ": …\n\n", which every reader skips: keeps proxies from closing a silent stream.
[[nodiscard]] std::string sse_comment(std::string_view text);

}  // namespace vmcpauth::http
