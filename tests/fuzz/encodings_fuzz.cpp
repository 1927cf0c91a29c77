// The small encodings that arrive inside of larger things: base64, hex, percent and form encoding, Go durations, HTTP dates, values
// of MCP headers, ids of events. The decoders are strict: what they accept is written the same way again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/http/date.hpp"
#include "core/mcp/revision.hpp"
#include "proxy/aggregate/client_stream.hpp"

using namespace vmcpauth;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void canonical(std::string_view text) {
  if (const auto bytes = base64url_decode(text)) require(base64url_encode(*bytes) == text);
  if (const auto bytes = base64_decode(text)) require(base64_encode(*bytes) == text);
  if (const auto bytes = hex_decode(text)) require(hex_encode(*bytes).size() == text.size());
}

// What was read means the same when we write it our way.
void same_again(std::string_view text) {
  if (const auto plain = percent_decode(text)) {
    require(plain->find('\0') == std::string::npos && *percent_decode(percent_encode(*plain)) == *plain);
  }
  const auto fields = form_decode(text);
  if (!fields) return;
  require(fields->size() <= 100);
  const auto again = form_decode(form_encode(*fields));
  require(again && *again == *fields);
}

void header_values(std::string_view text) {
  const auto value = mcp::decode_mcp_header(text);
  if (value) require(*mcp::decode_mcp_header(mcp::encode_mcp_header(*value)) == *value);
  if (is_valid_utf8(text)) {
    const auto encoded = mcp::encode_mcp_header(text);
    require((encoded.empty() || http::is_header_value(encoded)) && *mcp::decode_mcp_header(encoded) == text);
  }
  if (const auto date = http::parse_http_date(text)) require(unix_seconds(*date) < 253'402'300'800);
  if (const auto id = proxy::parse_event_id(text)) require(id->first + '-' + std::to_string(id->second) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  canonical(text);
  same_again(text);
  header_values(text);
  if (const auto duration = parse_go_duration(text)) static_cast<void>(human_duration(std::chrono::duration_cast<std::chrono::seconds>(*duration)));
  const auto shown = printable(text);
  require(is_valid_utf8(shown) && shown.size() <= 310);
  for (const char c : shown) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  require(html_escape(text).find_first_of("<>\"'") == std::string::npos);
  return 0;
}
