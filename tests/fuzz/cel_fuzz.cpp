// CEL text and a document it runs over: compiles or fails, evaluates or fails, always within its bounds. The input is the
// expression, a NUL byte, and JSON for `self`.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/json.hpp"
#include "core/config/cel/program.hpp"

using namespace vmcpauth;
namespace cel = vmcpauth::config::cel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto split = input.find('\0');
  const auto program = cel::Program::compile(input.substr(0, split));
  if (!program) return 0;
  const auto self =
      split == std::string_view::npos ? Result<Json>(Json::object()) : parse_json(input.substr(split + 1), {.max_bytes = 16 * 1024, .max_depth = 16});
  if (!self) return 0;
  const cel::Variables variables{{"self", cel::Value::from_json(*self)}};
  const auto first = program->evaluate(variables);
  const auto second = program->evaluate(variables);
  // The same answer every time.
  if (first.has_value() != second.has_value()) std::abort();
  if (!first && first.error().message() != second.error().message()) std::abort();
  return 0;
}
