// Bytes: an event stream. However it is cut into pieces it must read the same, and what was read must survive being written.
#include <cstdlib>

#include "core/http/sse.hpp"

using namespace vmcpauth;

namespace {

std::vector<http::SseEvent> read(std::string_view text, std::size_t piece, bool& broken) {
  http::SseParser parser({.max_event_bytes = 512, .max_line_bytes = 256});
  std::vector<http::SseEvent> out;
  while (!text.empty() && !broken) {
    auto events = parser.feed(text.substr(0, piece));
    broken = !events;
    if (events) out.insert(out.end(), events->begin(), events->end());
    text.remove_prefix(std::min(piece, text.size()));
  }
  return out;
}

bool same(const http::SseEvent& a, const http::SseEvent& b) { return a.type == b.type && a.data == b.data && a.id == b.id; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  bool whole_broken = false, cut_broken = false;
  const auto whole = read(text, std::max<std::size_t>(size, 1), whole_broken);
  const auto cut = read(text, 1, cut_broken);
  if (whole_broken != cut_broken) std::abort();
  if (whole_broken) return 0;
  if (whole.size() != cut.size()) std::abort();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (!same(whole[i], cut[i])) std::abort();
    http::SseParser again;
    const auto copy = again.feed(http::sse_text(whole[i]));
    if (!copy || copy->size() != 1 || !same(copy->front(), whole[i])) std::abort();
  }
  return 0;
}
