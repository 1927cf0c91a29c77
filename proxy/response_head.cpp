#include "proxy/response_head.hpp"

#include <array>
#include <charconv>
#include <ctime>

#include "core/http/status.hpp"
#include "proxy/head_parser.hpp"

namespace vmcpauth::proxy {
namespace {

// RFC 9112 §6.3. Fields that contradict each other or themselves are refused also where no body follows: they are passed on.
Result<BodyDecoder> body_framing(int status, const http::Headers& headers, std::string_view request_method) {
  const auto codings = headers.count("transfer-encoding");
  const auto lengths = headers.count("content-length");
  if (codings > 0 && lengths > 0) return fail(ErrorCode::BadResponse, "Content-Length with Transfer-Encoding");
  if (lengths > 1) return fail(ErrorCode::BadResponse, "Content-Length twice");
  std::uint64_t length = 0;
  if (lengths == 1) {
    auto parsed = parse_content_length(*headers.get("content-length"));
    if (!parsed) return fail(ErrorCode::BadResponse, "malformed Content-Length");
    length = *parsed;
  }
  if (request_method == "HEAD" || status == 204 || status == 304 || status < 200) return BodyDecoder::none();
  if (lengths == 1) return BodyDecoder::length(length);
  if (codings == 0) return BodyDecoder::until_close();
  if (codings > 1 || !http::equals_ignoring_case(*headers.get("transfer-encoding"), "chunked")) {
    return fail(ErrorCode::BadResponse, "unknown Transfer-Encoding");
  }
  return BodyDecoder::chunked();
}

}  // namespace

Result<ResponseHead> parse_response_head(std::string_view head, std::string_view request_method) {
  auto parsed = parse_head(MessageKind::Response, head);
  if (!parsed) return fail(ErrorCode::BadResponse, "malformed response head: " + parsed.error().message());
  if (parsed->status < 100 || parsed->status > 599) return fail(ErrorCode::BadResponse, "a status that is none");
  ResponseHead out;
  out.status = parsed->status;
  TRY(out.body, body_framing(out.status, parsed->headers, request_method));
  out.keep_alive = parsed->minor == 1 && !has_connection_option(parsed->headers, "close") && out.body.kind() != BodyDecoder::Kind::UntilClose;
  out.headers = std::move(parsed->headers);
  return out;
}

void append_status_line(std::string& out, int status) {
  std::array<char, 12> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), status).ptr;
  out += "HTTP/1.1 ";
  out.append(digits.data(), end);
  out += ' ';
  out += http::reason_phrase(status);
  out += "\r\n";
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

void append_date(std::string& out) {
  thread_local std::time_t formatted = -1;
  thread_local std::array<char, 48> line{};
  const std::time_t now = std::time(nullptr);
  if (now != formatted) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    formatted = now;
  }
  out += line.data();
}

bool append_headers(std::string& out, const http::Headers& headers) {
  for (const auto& header : headers) {
    if (!http::is_header_name(header.name) || !http::is_header_value(header.value)) return false;
    append_header(out, header.name, header.value);
  }
  return true;
}

void append_chunk_size(std::string& out, std::size_t size) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += "\r\n";
}

}  // namespace vmcpauth::proxy
