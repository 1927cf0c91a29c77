#include "proxy/head_parser.hpp"

#include <algorithm>
#include <charconv>

#include <llhttp.h>

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kUsualFields = 8;

struct StartLine {
  llhttp_t parser{};
  std::string target;
  bool complete = false;
};

StartLine& of(llhttp_t* parser) { return *static_cast<StartLine*>(parser->data); }

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

llhttp_settings_t make_settings() {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_url = [](llhttp_t* parser, const char* at, std::size_t n) {
    of(parser).target.append(at, n);
    return 0;
  };
  settings.on_headers_complete = [](llhttp_t* parser) {
    of(parser).complete = true;
    return static_cast<int>(HPE_PAUSED);  // bodies are BodyDecoder's business
  };
  return settings;
}

// `line` with its line break.
Result<ParsedHead> read_start_line(MessageKind kind, std::string_view line) {
  static const llhttp_settings_t kSettings = make_settings();
  constexpr std::string_view kNoFields = "\r\n";
  StartLine start;
  llhttp_init(&start.parser, kind == MessageKind::Request ? HTTP_REQUEST : HTTP_RESPONSE, &kSettings);
  start.parser.data = &start;
  auto outcome = llhttp_execute(&start.parser, line.data(), line.size());
  if (outcome == HPE_OK) outcome = llhttp_execute(&start.parser, kNoFields.data(), kNoFields.size());
  if (!start.complete || outcome != HPE_PAUSED) {
    if (outcome == HPE_INVALID_METHOD) return fail(ErrorCode::Unsupported, "unknown method");
    const char* reason = llhttp_get_error_reason(&start.parser);
    return fail(ErrorCode::InvalidInput, outcome == HPE_OK || reason == nullptr ? "malformed head" : reason);
  }
  if (llhttp_get_http_major(&start.parser) != 1) return fail(ErrorCode::InvalidInput, "not HTTP/1");
  return ParsedHead{
      .target = std::move(start.target), .status = llhttp_get_status_code(&start.parser), .minor = llhttp_get_http_minor(&start.parser), .headers = {}};
}

// The field lines up to the empty one. What a line may hold, HeadScanner has seen to.
Result<void> read_fields(std::string_view lines, http::Headers& headers) {
  headers.reserve(kUsualFields);
  while (!lines.starts_with("\r\n")) {
    const auto end = lines.find('\n');
    const auto colon = lines.find(':');
    if (end == std::string_view::npos || colon >= end || lines[end - 1] != '\r') return fail(ErrorCode::InvalidInput, "malformed head");
    headers.add(std::string(lines.substr(0, colon)), std::string(trim(lines.substr(colon + 1, end - colon - 2))));
    lines.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace

Result<ParsedHead> parse_head(MessageKind kind, std::string_view head) {
  const auto end = head.find('\n');
  if (end == std::string_view::npos) return fail(ErrorCode::InvalidInput, "malformed head");
  TRY(auto parsed, read_start_line(kind, head.substr(0, end + 1)));
  TRY_VOID(read_fields(head.substr(end + 1), parsed.headers));
  return parsed;
}

Result<std::uint64_t> parse_content_length(std::string_view value) {
  std::uint64_t length = 0;
  const bool digits = !value.empty() && value.size() <= 18 && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return fail(ErrorCode::InvalidInput, "Content-Length is no length");
  std::from_chars(value.data(), value.data() + value.size(), length);
  return length;
}

bool has_connection_option(const http::Headers& headers, std::string_view option) {
  for (const auto& header : headers) {
    if (!http::equals_ignoring_case(header.name, "connection")) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      if (http::equals_ignoring_case(trim(rest.substr(0, comma)), option)) return true;
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  return false;
}

}  // namespace vmcpauth::proxy
