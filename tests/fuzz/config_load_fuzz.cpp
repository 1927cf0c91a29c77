// Decoder, resolver and rules on arbitrary documents: load() never throws, gives a Runtime exactly when there is no
// error, and shows no secret that is where secrets belong.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/config/load.hpp"
#include "core/config/render.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::config;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 64 * 1024) return 0;
  std::string text(reinterpret_cast<const char*>(data), size);
  test::FakeFiles files;
  // After a form feed comes the overlay.
  const auto split = text.find('\f');
  if (split != std::string::npos) files.content["in/vmcpauth.toml"] = text.substr(split + 1);
  files.content["in/input.yaml"] = text.substr(0, split);
  test::FakeEnv env;
  env.values["TOKEN"] = "value-of-token";
  const LoadOptions options{.paths = {"in"}, .local_origin = "http://127.0.0.1:4483"};
  const auto result = load(options, files, env);
  if (result.runtime.has_value() == result.diagnostics.has_errors()) std::abort();
  const auto shown = render(result.diagnostics, result.sources);
  if (shown.find("value-of-token") != std::string::npos && text.find("value-of-token") == std::string::npos) std::abort();
  static_cast<void>(check(options, files));
  return 0;
}
