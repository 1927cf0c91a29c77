// What a Redis server sends, in two pieces: the first byte says where it is cut.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/store/redis/resp.hpp"

using namespace vmcpauth;
using store::redis::Reply;

namespace {

std::size_t bytes_in(const Reply& reply) {
  std::size_t sum = reply.text.size();
  for (const auto& item : reply.items) sum += bytes_in(item);
  return sum;
}

bool drain(store::redis::ReplyReader& reader, std::size_t size) {
  while (true) {
    auto reply = reader.next();
    if (!reply) return false;
    if (!*reply) return true;
    if (bytes_in(**reply) > size) std::abort();
    (void)(*reply)->is_error("MOVED");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto cut = std::min<std::size_t>(data[0], input.size());
  store::redis::ReplyReader reader;
  for (const auto piece : {input.substr(0, cut), input.substr(cut)}) {
    if (!reader.feed(piece) || !drain(reader, size)) return 0;
  }
  return 0;
}
