// The server's front: bytes of a client become a request or a refusal, the same for every way to cut them into reads;
// an accepted request can be written to a backend without a line that was not there.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "proxy/head_parser.hpp"
#include "proxy/head_scanner.hpp"
#include "proxy/request_head.hpp"
#include "tests/support/llhttp_oracle.hpp"

using namespace vmcpauth;
using namespace vmcpauth::proxy;

namespace {

void need(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  HeadScanner::Verdict verdict = HeadScanner::Verdict::NeedMore;
  int status = 0;  // of the refusal
  std::string body;
  std::size_t consumed = 0;
  bool body_done = false, body_failed = false;
  bool operator==(const Outcome&) const = default;
};

void check(const RequestHead& head) {
  const auto& request = head.request;
  need(http::is_header_name(request.method));
  need(request.path.starts_with('/') || request.path == "*");
  for (const auto* text : {&request.path, &request.query}) {
    for (const char c : *text) need(c > 0x20 && c < 0x7F);
  }
  need(request.headers.count("host") == 1 && request.headers.count("authorization") <= 1);
  need(request.headers.count("content-length") + request.headers.count("transfer-encoding") <= 1);
  for (const auto& header : request.headers) need(http::is_header_name(header.name) && http::is_header_value(header.value));
}

// Feeds `text` in reads of `step` bytes.
Outcome run(const std::string& text, std::size_t step) {
  Outcome out;
  HeadScanner scanner({.first_line = 256, .bytes = 1024, .headers = 10});
  std::size_t fed = 0;
  while (out.verdict == HeadScanner::Verdict::NeedMore && fed < text.size()) {
    fed = std::min(fed + step, text.size());
    out.verdict = scanner.scan(std::string_view(text).substr(0, fed));
  }
  if (out.verdict != HeadScanner::Verdict::Complete) return out;
  auto head = parse_request_head(std::string_view(text).substr(scanner.begin(), scanner.end() - scanner.begin()));
  if (!head) {
    out.status = head.error().status;
    need(out.status >= 400 && out.status < 600);
    return out;
  }
  check(*head);
  // An absolute target replaces Host; everything else is as it came.
  const auto raw = parse_head(MessageKind::Request, std::string_view(text).substr(scanner.begin(), scanner.end() - scanner.begin()));
  need(raw && test::llhttp_agrees(MessageKind::Request, std::string_view(text).substr(scanner.begin(), scanner.end() - scanner.begin()), raw->headers));
  out.consumed = scanner.end();
  while (!head->body.done() && out.consumed < text.size()) {
    std::string piece = text.substr(out.consumed, step);
    const auto decoded = head->body.decode(piece.data(), piece.size());
    out.body_failed = !decoded;
    if (!decoded) break;
    out.body += decoded->data;
    out.consumed += decoded->consumed;
    need(decoded->consumed > 0 || head->body.done());
  }
  out.body_done = head->body.done();
  if (out.body_failed) out.body.clear(), out.consumed = 0;  // how far it got before it failed may differ
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto whole = run(text, text.size() + 1);
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}}) {
    const auto cut = run(text, step);
    // A size bound may be noticed earlier or by another name when lines arrive slowly; acceptance may not differ.
    need((cut.verdict == HeadScanner::Verdict::Complete) == (whole.verdict == HeadScanner::Verdict::Complete));
    if (whole.verdict == HeadScanner::Verdict::Complete) need(cut == whole);
  }
  return 0;
}
