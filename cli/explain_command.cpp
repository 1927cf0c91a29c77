#include "cli/explain_command.hpp"

#include <ostream>

#include <fmt/format.h>

#include "cli/shared_options.hpp"
#include "core/base/encoding.hpp"
#include "core/config/report/explain.hpp"
#include "core/config/report/rule_selection.hpp"

namespace vmcpauth::cli {

Command explain_command() {
  return {.name = "explain",
          .summary = "say what a finding means",
          .description =
              {"Prints what a rule of validate, serve and doctor is about, why it matters, where that is written, and an example: lines with - are wrong, "
               "lines with + are right. Without RULE it lists all rules.",
               "A RULE is the identifier that a finding shows in brackets, such as VMA402; 402 will do."},
          .arguments = {{.name = "RULE", .many = true, .help = "identifiers of rules, such as VMA402"}},
          .options = {color_option()},
          .examples = {{"vmcpauth explain VMA402", "one rule, with an example"}, {"vmcpauth explain", "the list of all rules"}}};
}

std::expected<ExitStatus, UsageError> run_explain(const World& world, const Invocation& invocation) {
  const auto colour = use_colour(colour_choice(invocation.value("color").value_or("auto")), world.terminal.output_is_terminal, world.env);
  const config::ExplainOptions options{.colour = colour, .width = world.terminal.width};
  std::string text;
  for (const auto& name : invocation.arguments()) {
    const auto rule = config::find_rule(name);
    if (!rule) {
      const auto nearest = config::nearest_rule(name);
      return std::unexpected(UsageError{.message = fmt::format("there is no rule {}", printable(name, 40)),
                                        .hint = nearest.empty() ? "'vmcpauth explain' lists all rules" : fmt::format("did you mean {}?", nearest),
                                        .command = &invocation.command()});
    }
    text += (text.empty() ? "" : "\n") + config::explain_rule(config::info(*rule), options);
  }
  world.output << (text.empty() ? config::list_rules(options) : text);
  return ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
