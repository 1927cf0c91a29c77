#include "proxy/head_parser.hpp"

#include <algorithm>
#include <charconv>

#include <llhttp.h>

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kUsualFields = 12;

struct Collector {
  llhttp_t parser{};
  ParsedHead head;
  std::string_view name, value;  // of the field under way; the head lies in one piece, so each comes in one
  bool complete = false;
};

Collector& of(llhttp_t* parser) { return *static_cast<Collector*>(parser->data); }

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

llhttp_settings_t make_settings() {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_url = [](llhttp_t* parser, const char* at, std::size_t n) {
    of(parser).head.target.append(at, n);
    return 0;
  };
  settings.on_header_field = [](llhttp_t* parser, const char* at, std::size_t n) {
    of(parser).name = {at, n};
    return 0;
  };
  settings.on_header_value = [](llhttp_t* parser, const char* at, std::size_t n) {
    of(parser).value = {at, n};
    return 0;
  };
  settings.on_header_value_complete = [](llhttp_t* parser) {
    auto& collector = of(parser);
    collector.head.headers.add(std::string(collector.name), std::string(trim(std::exchange(collector.value, {}))));
    return 0;
  };
  settings.on_headers_complete = [](llhttp_t* parser) {
    of(parser).complete = true;
    return static_cast<int>(HPE_PAUSED);  // bodies are BodyDecoder's business
  };
  return settings;
}

}  // namespace

Result<ParsedHead> parse_head(MessageKind kind, std::string_view head) {
  static const llhttp_settings_t kSettings = make_settings();
  Collector collector;
  llhttp_init(&collector.parser, kind == MessageKind::Request ? HTTP_REQUEST : HTTP_RESPONSE, &kSettings);
  collector.parser.data = &collector;
  collector.head.headers.reserve(kUsualFields);
  const auto outcome = llhttp_execute(&collector.parser, head.data(), head.size());
  if (!collector.complete || outcome != HPE_PAUSED) {
    if (outcome == HPE_INVALID_METHOD) return fail(ErrorCode::Unsupported, "unknown method");
    const char* reason = llhttp_get_error_reason(&collector.parser);
    return fail(ErrorCode::InvalidInput, outcome == HPE_OK || reason == nullptr ? "malformed head" : reason);
  }
  collector.head.status = llhttp_get_status_code(&collector.parser);
  collector.head.minor = llhttp_get_http_minor(&collector.parser);
  if (llhttp_get_http_major(&collector.parser) != 1) return fail(ErrorCode::InvalidInput, "not HTTP/1");
  return std::move(collector.head);
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
