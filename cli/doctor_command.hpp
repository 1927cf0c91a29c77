// `vmcpauth doctor URL`: what is wrong with this MCP server's authentication, step by step, from discovery to a real request.
#pragma once

#include <expected>
#include <string>

#include "cli/exit_status.hpp"
#include "cli/options.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/doctor/report.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command doctor_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_doctor(const World& world, const Invocation& invocation);

// The report as a table for people; `verbose` shows what was sent and received for steps that are fine, too.
struct DoctorLook {
  bool colour = false;
  bool verbose = false;
  std::size_t width = 80;
};
[[nodiscard]] std::string report_text(const doctor::Report& report, const DoctorLook& look);

}  // namespace vmcpauth::cli
