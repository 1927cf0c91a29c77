// Practice rules, comments that accept findings, baselines and every report format on arbitrary texts: nothing throws, JSON and
// SARIF stay JSON, a workflow command stays on its line, and a baseline that was just written accepts what it lists.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/json.hpp"
#include "core/config/report/baseline.hpp"
#include "core/config/report/formats.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::config;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16 * 1024) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  test::FakeFiles files;
  // After a form feed comes the baseline.
  const auto split = text.find('\f');
  files.content["in/input.yaml"] = text.substr(0, split);
  ValidateOptions options{.load = {.paths = {"in"}, .practice = true}};
  const auto plain = validate(options, files);
  for (const auto format : {ReportFormat::Json, ReportFormat::Sarif}) {
    require(parse_json(format_report(format, plain, {}), {.max_bytes = std::size_t{64} << 20U}).has_value());
  }
  const auto commands = format_report(ReportFormat::GitHub, plain, {});
  require(static_cast<std::size_t>(std::count(commands.begin(), commands.end(), '\n')) == plain.loaded.diagnostics.all().size());
  static_cast<void>(format_report(ReportFormat::JUnit, plain, {}));

  files.content["baseline.json"] = baseline_text(plain.loaded.diagnostics, plain.loaded.sources, "baseline.json");
  options.baseline_path = "baseline.json";
  require(!validate(options, files).failed());
  if (split == std::string::npos) return 0;
  files.content["baseline.json"] = text.substr(split + 1);
  static_cast<void>(format_report(ReportFormat::Human, validate(options, files), {}));
  return 0;
}
