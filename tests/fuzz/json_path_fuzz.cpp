// First line: a path; the rest: the document it is evaluated on.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/upstream/json_path.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto newline = input.find('\n');
  const auto path = upstream::JsonPath::parse(input.substr(0, newline));
  if (!path) {
    if (path.error().code() != ErrorCode::InvalidConfig) std::abort();
    return 0;
  }
  if (path->text() != input.substr(0, newline)) std::abort();
  if (newline == std::string_view::npos) return 0;
  const auto document = parse_json(input.substr(newline + 1), {64U << 10U, 32});
  if (!document) return 0;
  const auto value = path->evaluate(*document);
  if (value) (void)upstream::scalar_text(*value);
  return 0;
}
