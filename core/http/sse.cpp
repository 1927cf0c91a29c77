#include "core/http/sse.hpp"

#include <algorithm>
#include <charconv>

#include "core/base/encoding.hpp"

namespace vmcpauth::http {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::size_t kMaxRetryDigits = 9;

bool fits_one_line(std::string_view text) noexcept { return text.find_first_of("\r\n") == std::string_view::npos; }

std::optional<std::chrono::milliseconds> parse_retry(std::string_view value) {
  const bool digits = !value.empty() && value.size() <= kMaxRetryDigits && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return std::chrono::milliseconds(number);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += value.empty() ? ":" : ": ";
  out += value;
  out += '\n';
}

void append_data(std::string& out, std::string_view data) {
  while (true) {
    const auto end = data.find_first_of("\r\n");
    append_field(out, "data", data.substr(0, end));
    if (end == std::string_view::npos) return;
    const bool pair = data[end] == '\r' && end + 1 < data.size() && data[end + 1] == '\n';
    data.remove_prefix(end + (pair ? 2 : 1));
  }
}

}  // namespace

Result<std::vector<SseEvent>> SseParser::feed(std::string_view bytes) {
  std::vector<SseEvent> out;
  while (!bytes.empty()) {
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const auto end = bytes.find_first_of("\r\n");
    const auto part = bytes.substr(0, end);
    if (line_.size() + part.size() > limits_.max_line_bytes) return fail(ErrorCode::TooLarge, "a line of the event stream is too long");
    if (end == std::string_view::npos) {
      line_ += part;
      return out;
    }
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (line_.empty()) {
      TRY_VOID(take_line(part, out));
      continue;
    }
    line_ += part;
    const std::string line = std::exchange(line_, {});
    TRY_VOID(take_line(line, out));
  }
  return out;
}

Result<void> SseParser::take_line(std::string_view line, std::vector<SseEvent>& out) {
  if (std::exchange(at_start_, false) && line.starts_with(kBom)) line.remove_prefix(kBom.size());
  if (line.empty()) {
    dispatch(out);
    return {};
  }
  if (!is_valid_utf8(line)) return fail(ErrorCode::InvalidInput, "the event stream is not UTF-8");
  const auto colon = line.find(':');
  if (colon == 0) return {};
  event_bytes_ += line.size();
  if (event_bytes_ > limits_.max_event_bytes) return fail(ErrorCode::TooLarge, "an event of the stream is too large");
  auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  take_field(line.substr(0, colon), value);
  return {};
}

void SseParser::take_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (std::exchange(has_data_, true)) data_ += '\n';
    data_ += value;
  } else if (name == "event") {
    type_ = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (name == "retry") {
    if (const auto retry = parse_retry(value)) retry_ = retry;
  }
}

void SseParser::dispatch(std::vector<SseEvent>& out) {
  if (id_) last_event_id_ = *id_;
  if (has_data_) out.push_back({.type = type_.empty() ? "message" : std::move(type_), .data = std::move(data_), .id = std::move(id_)});
  type_.clear();
  data_.clear();
  id_.reset();
  event_bytes_ = 0;
  has_data_ = false;
}

std::string sse_text(const SseEvent& event) {
  std::string out;
  out.reserve(event.data.size() + 64);
  if (event.id && fits_one_line(*event.id) && event.id->find('\0') == std::string::npos) append_field(out, "id", *event.id);
  if (event.type != "message" && fits_one_line(event.type)) append_field(out, "event", event.type);
  append_data(out, event.data);
  out += '\n';
  return out;
}

std::string sse_text(const SseEvent& event, std::chrono::milliseconds retry) { return "retry: " + std::to_string(retry.count()) + "\n" + sse_text(event); }

std::string sse_comment(std::string_view text) {
  std::string out;
  append_field(out, "", fits_one_line(text) ? text : std::string_view());
  return out + '\n';
}

}  // namespace vmcpauth::http
