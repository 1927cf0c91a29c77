// An expression in the configuration, by itself.
#include <fmt/format.h>

#include "core/config/cel/program.hpp"
#include "core/config/rules.hpp"

namespace vmcpauth::config {

void check_actor_matcher(const Text& matcher, std::string_view field, Diagnostics& diagnostics) {
  if (matcher.value.empty()) return;
  const auto program = cel::Program::compile(matcher.value);
  if (program) return;
  // ToolHive may know what we do not; only running it here is impossible.
  const bool beyond = program.error().code() == ErrorCode::Unsupported;
  diagnostics.report(Rule::TrustedIssuers, matcher.at, fmt::format("{}: {}{}", field, beyond ? "not evaluated here: " : "", program.error().message()))
      .with_severity(beyond ? Severity::Warning : Severity::Error);
}

}  // namespace vmcpauth::config
