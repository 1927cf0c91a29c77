#include "cli/token/bounded_input.hpp"

#include <array>
#include <istream>

namespace vmcpauth::cli {

Result<std::string> read_input(const World& world, std::size_t max_bytes) {
  std::string out;
  std::array<char, 65536> buffer{};
  while (world.input) {
    world.input.read(buffer.data(), buffer.size());
    out.append(buffer.data(), static_cast<std::size_t>(world.input.gcount()));
    if (out.size() > max_bytes) return fail(ErrorCode::TooLarge, "standard input is larger than " + std::to_string(max_bytes >> 10U) + " KiB");
  }
  buffer.fill('\0');
  if (world.input.bad()) return fail(ErrorCode::Io, "standard input cannot be read");
  return out;
}

}  // namespace vmcpauth::cli
