#include "proxy/request_head.hpp"

#include <algorithm>

#include "core/http/name_set.hpp"
#include "proxy/head_parser.hpp"

namespace vmcpauth::proxy {
namespace {

using http::equals_ignoring_case;

std::unexpected<Rejection> reject(int status, std::string_view reason) { return std::unexpected(Rejection{status, reason}); }

constexpr std::size_t kMaxTarget = 8U << 10U;
// Given twice, two readers of the request may believe different ones.
constexpr http::NameSet kSingle{"host", "authorization", "proxy-authorization", "origin", "content-type", "expect"};

bool is_graphic(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

// uri-host [":" port] (RFC 9110 §7.2), not empty.
bool is_host_value(std::string_view value) noexcept {
  std::string_view port;
  if (value.starts_with('[')) {
    const auto end = value.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto literal = value.substr(1, end - 1);
    if (literal.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    port = value.substr(end + 1);
    if (!port.empty() && port.front() != ':') return false;
    if (!port.empty()) port.remove_prefix(1);
  } else {
    const auto colon = value.find(':');
    const auto name = value.substr(0, colon);
    constexpr std::string_view kName = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+;=%";
    if (name.empty() || name.find_first_not_of(kName) != std::string_view::npos) return false;
    if (colon != std::string_view::npos) port = value.substr(colon + 1);
  }
  return port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
}

struct RequestLine {
  std::string_view method, target, version;
};

std::expected<RequestLine, Rejection> split_request_line(std::string_view head) {
  const auto line = head.substr(0, head.find('\r'));
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return reject(400, "malformed request line");
  const RequestLine parts{line.substr(0, first), line.substr(first + 1, last - first - 1), line.substr(last + 1)};
  if (!http::is_header_name(parts.method)) return reject(400, "the method is no token");
  if (parts.target.empty() || !is_graphic(parts.target) || parts.target.find('#') != std::string_view::npos) return reject(400, "malformed target");
  if (parts.target.size() > kMaxTarget) return reject(414, "target too long");
  if (parts.version != "HTTP/1.1" && parts.version != "HTTP/1.0") {
    return parts.version.starts_with("HTTP/") ? reject(505, "HTTP version not supported") : reject(400, "malformed request line");
  }
  return parts;
}

std::expected<void, Rejection> check_fields(const http::Headers& headers) {
  unsigned seen = 0;
  for (const auto& header : headers) {
    const auto index = kSingle.index_of(header.name);
    if (index == kSingle.kNone) continue;
    const unsigned bit = 1U << index;
    if ((seen & bit) != 0) return reject(400, "a field that may come once came twice");
    seen |= bit;
  }
  const auto host = headers.get("host");
  if (!host) return reject(400, "exactly one Host is needed");
  if (!is_host_value(*host)) return reject(400, "malformed Host");
  return {};
}

// RFC 9112 §6.3, without its second chances: anything two readers could see differently is refused.
std::expected<BodyDecoder, Rejection> body_framing(const http::Headers& headers, bool http_1_0) {
  const auto codings = headers.count("transfer-encoding");
  const auto lengths = headers.count("content-length");
  if (codings > 0) {
    if (lengths > 0) return reject(400, "Content-Length with Transfer-Encoding");
    if (http_1_0) return reject(400, "Transfer-Encoding in HTTP/1.0");
    if (codings > 1) return reject(400, "Transfer-Encoding twice");
    const auto list = *headers.get("transfer-encoding");
    if (equals_ignoring_case(list, "chunked")) return BodyDecoder::chunked();
    const auto last = list.substr(list.find_last_of(", \t") + 1);
    const bool chunked_not_last = list.find(',') != std::string_view::npos && !equals_ignoring_case(last, "chunked");
    return chunked_not_last ? reject(400, "chunked is not the last coding") : reject(501, "unknown Transfer-Encoding");
  }
  if (lengths == 0) return BodyDecoder::none();
  if (lengths > 1) return reject(400, "Content-Length twice");
  const auto length = parse_content_length(*headers.get("content-length"));
  if (!length) return reject(400, "malformed Content-Length");
  return BodyDecoder::length(*length);
}

// Path and query out of the target; an absolute-form's authority replaces Host (RFC 9112 §3.2.2).
std::expected<void, Rejection> take_target(http::Request& request, std::string_view target) {
  if (request.method == "CONNECT") return reject(501, "CONNECT is not offered");
  if (target == "*") {
    if (request.method != "OPTIONS") return reject(400, "malformed target");
    request.path = "*";
    return {};
  }
  if (!target.starts_with('/')) {
    const auto scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos) return reject(400, "malformed target");
    const auto scheme = target.substr(0, scheme_end);
    if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) return reject(400, "malformed target");
    target.remove_prefix(scheme_end + 3);
    const auto end = std::min(target.find_first_of("/?"), target.size());
    const auto authority = target.substr(0, end);
    if (!is_host_value(authority)) return reject(400, "malformed target");
    request.headers.set("Host", std::string(authority));
    target.remove_prefix(end);
  }
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (request.path.empty()) request.path = "/";
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  return {};
}

}  // namespace

std::expected<RequestHead, Rejection> parse_request_head(std::string_view head) {
  const auto line = split_request_line(head);
  if (!line) return std::unexpected(line.error());
  auto parsed = parse_head(MessageKind::Request, head);
  if (!parsed) return parsed.error().code() == ErrorCode::Unsupported ? reject(501, "unknown method") : reject(400, "malformed head");
  if (auto checked = check_fields(parsed->headers); !checked) return std::unexpected(checked.error());

  RequestHead out;
  out.http_1_0 = parsed->minor == 0;
  auto body = body_framing(parsed->headers, out.http_1_0);
  if (!body) return std::unexpected(body.error());
  out.body = *body;
  out.keep_alive = !out.http_1_0 && !has_connection_option(parsed->headers, "close");
  if (const auto expect = parsed->headers.get("expect")) {
    if (!equals_ignoring_case(*expect, "100-continue")) return reject(417, "unknown expectation");
    out.expects_continue = !out.http_1_0 && !out.body.done();
  }
  out.request.method = line->method;
  out.request.headers = std::move(parsed->headers);
  if (auto taken = take_target(out.request, line->target); !taken) return std::unexpected(taken.error());
  return out;
}

}  // namespace vmcpauth::proxy
