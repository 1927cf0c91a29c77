#include "cli/config_render_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/bounded_input.hpp"
#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "core/config/document.hpp"
#include "core/config/render.hpp"
#include "core/config/rendition/rendition.hpp"

namespace vmcpauth::cli {

Command config_render_command() {
  return {
      .name = "config render",
      .summary = "print the configuration that ToolHive's operator generates",
      .description =
          {"Prints the vMCP runtime configuration and the authorization server's run configuration that the operator makes from a VirtualMCPServer and what "
           "it refers to: the same field names, environment variables, paths and defaults. Both are one YAML stream that vmcpauth reads again. Comments at "
           "the top say which Secret or ConfigMap each variable and file comes from; no secret's value is ever printed.",
           "With --effective every default is filled in, vmcpauth.toml is applied, and a comment beside each value says where it comes from: file and line, "
           "the operator, or the default. It also takes vMCP runtime files.",
           "Nothing is printed while the configuration has an error; the findings are."},
      .arguments = {{.name = "PATH", .many = true, .completes = Completes::Files, .help = "manifests, or folders of them; - for standard input"}},
      .options = {{.name = "server", .value = "NAME", .help = "the server to render when the files hold several"},
                  {.name = "effective", .help = "fill in every default and say where each value comes from"},
                  {.name = "overlay",
                   .value = "FILE",
                   .standard = "vmcpauth.toml beside the first PATH, when it is there",
                   .completes = Completes::TomlFiles,
                   .help = "local settings that --effective applies"},
                  color_option()},
      .examples = {{"vmcpauth config render deploy/", "what the cluster will run"},
                   {"vmcpauth config render --effective deploy/", "every value, and where it comes from"}},
  };
}

std::expected<ExitStatus, UsageError> run_config_render(const World& world, const Invocation& invocation) {
  if (invocation.arguments().empty())
    return std::unexpected(UsageError{"config render needs a PATH", "name manifests or a folder of them", &invocation.command()});
  config::rendition::Request request;
  request.input.paths = invocation.arguments();
  request.input.server = invocation.value("server").value_or("");
  request.input.overlay_path = invocation.value("overlay").value_or("");
  request.effective = invocation.has("effective");
  if (std::ranges::find(request.input.paths, "-") != request.input.paths.end()) {
    request.input.stdin_text = config::InputText{.name = "<stdin>", .text = read_input_up_to(world, config::ReadLimits{}.max_bytes + 1)};
  }
  const auto rendition = config::rendition::render(request, world.files);
  if (!rendition.text) {
    const bool colour = use_colour(colour_choice(invocation.value("color").value_or("auto")), world.terminal.error_is_terminal, world.env);
    world.error << config::render(rendition.checked.diagnostics, rendition.checked.sources, {.colour = colour});
    return ExitStatus::Findings;
  }
  world.output << *rendition.text;
  return ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
