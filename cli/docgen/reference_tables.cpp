#include <fmt/format.h>

#include <utility>

#include "cli/docgen/documents.hpp"
#include "cli/exit_status.hpp"
#include "core/base/log.hpp"

namespace vmcpauth::cli::docgen {

namespace {

template <class Names>
std::string name_table(std::string_view heading, const Names& names) {
  std::string text = fmt::format("| {} | |\n|---|---|\n", heading);
  for (const auto& [name, meaning] : names) text += fmt::format("| `{}` | {} |\n", name, meaning);
  return text;
}

}  // namespace

std::string log_page() {
  std::string text(kGenerated);
  text +=
      "# Log\n\n"
      "`vmcpauth serve` writes its log to standard error: for people on a terminal, else one JSON object a line (`--log-format` chooses). Each line is an "
      "event with fields. Names stay; new ones may be added. `-v` adds `debug`, `-q` leaves `warn` and `error` only.\n\n"
      "A token, code, secret or session id is in no field, whatever the level. A field without a value is left out.\n\n"
      "```json\n"
      "{\"time\":\"2026-11-24T18:00:00.000Z\",\"level\":\"info\",\"event\":\"request\",\"method\":\"POST\",\"path\":\"/mcp/"
      "reports\",\"route\":\"mcp\",\"status\":"
      "200,\"backend\":\"reports\",\"strategy\":\"token_exchange\",\"provider\":\"corporate\",\"backend_status\":200,\"auth_ms\":0.3,\"backend_ms\":4.1,\"ms\":"
      "4.9}\n"
      "```\n\n";
  text += "## Events\n\n" + name_table("event", kLogEvents);
  return text + "\n## Fields\n\n" + name_table("field", kLogFields);
}

std::string exit_codes_page() {
  std::string text(kGenerated);
  text +=
      "# Exit codes\n\n"
      "Every command ends with one of these. What counts as a finding is the command's own matter and said in [its section](cli.md).\n\n"
      "| status | |\n|---|---|\n";
  for (const auto& [status, meaning] : kExitStatuses) text += fmt::format("| {} | {} |\n", std::to_underlying(status), meaning);
  text += "\nA failure ends with the status of its kind:\n\n| status | kind | what happened |\n|---|---|---|\n";
  for (const auto& known : kExitStatuses) {
    for (int i = 0; i <= std::to_underlying(ErrorCode::Internal); ++i) {
      const auto code = static_cast<ErrorCode>(i);
      if (exit_status(code) == known.status)
        text += fmt::format("| {} | `{}` | {} |\n", std::to_underlying(known.status), to_string(code), ending_of(code).when);
    }
  }
  return text;
}

}  // namespace vmcpauth::cli::docgen
