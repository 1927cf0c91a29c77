// What a backend or provider may answer: head and framing become a value or a refusal; nothing that could end a line
// early gets through.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "proxy/head_parser.hpp"
#include "proxy/head_scanner.hpp"
#include "proxy/response_head.hpp"
#include "tests/support/llhttp_oracle.hpp"

using namespace vmcpauth::proxy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  HeadScanner scanner({});
  if (scanner.scan(text) != HeadScanner::Verdict::Complete) return 0;
  const std::string head = text.substr(scanner.begin(), scanner.end() - scanner.begin());
  for (const char* method : {"GET", "HEAD"}) {
    auto parsed = parse_response_head(head, method);
    if (!parsed) continue;
    if (!vmcpauth::test::llhttp_agrees(MessageKind::Response, head, parsed->headers)) std::abort();
    std::string out;
    if (!append_headers(out, parsed->headers)) std::abort();
    std::size_t lines = 0;
    for (const char c : out) lines += c == '\n' ? 1 : 0;
    if (lines != parsed->headers.size()) std::abort();
    std::string body = text.substr(scanner.end());
    const auto step = parsed->body.decode(body.data(), body.size());
    if (step && step->consumed > body.size()) std::abort();
  }
  return 0;
}
