#include "cli/bounded_input.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <istream>

namespace vmcpauth::cli {

std::string read_input_up_to(const World& world, std::size_t max_bytes) {
  std::string out;
  std::array<char, 65536> buffer{};
  while (world.input && out.size() < max_bytes) {
    world.input.read(buffer.data(), static_cast<std::streamsize>(std::min(buffer.size(), max_bytes - out.size())));
    out.append(buffer.data(), static_cast<std::size_t>(world.input.gcount()));
  }
  OPENSSL_cleanse(buffer.data(), buffer.size());  // it may have been a token
  return out;
}

Result<std::string> read_input(const World& world, std::size_t max_bytes) {
  auto out = read_input_up_to(world, max_bytes + 1);
  if (out.size() > max_bytes) return fail(ErrorCode::TooLarge, "standard input is larger than " + std::to_string(max_bytes >> 10U) + " KiB");
  if (world.input.bad()) return fail(ErrorCode::Io, "standard input cannot be read");
  return out;
}

}  // namespace vmcpauth::cli
