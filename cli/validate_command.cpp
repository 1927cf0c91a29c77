#include "cli/validate_command.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ostream>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/bounded_input.hpp"
#include "cli/commands.hpp"
#include "cli/online.hpp"
#include "cli/shared_options.hpp"
#include "cli/version.hpp"
#include "core/base/encoding.hpp"
#include "core/config/document.hpp"
#include "core/config/report/baseline.hpp"
#include "core/config/report/formats.hpp"

namespace vmcpauth::cli {

namespace {

std::vector<Option> rule_options() {
  return {
      {.name = "strict", .help = "fail on warnings, too", .detail = "Notes never fail."},
      {.name = "select",
       .value = "RULES",
       .repeatable = true,
       .standard = "all",
       .help = "report these rules only",
       .detail = "Identifiers or their beginnings, separated by commas: VMA402,VMA6. What keeps a file from being read (VMA1xx) is reported in any case."},
      {.name = "ignore", .value = "RULES", .repeatable = true, .help = "do not report these rules", .detail = "Written as for --select, and stronger."},
      {.name = "baseline",
       .value = "FILE",
       .completes = Completes::Files,
       .excludes = {"write-baseline"},
       .help = "accept the findings that FILE lists",
       .detail = "An entry that matches nothing any more is an error, so that a baseline can only become smaller."},
      {.name = "write-baseline",
       .value = "FILE",
       .completes = Completes::Files,
       .excludes = {"baseline"},
       .help = "list all errors and warnings in FILE, for --baseline",
       .detail = "Ends with status 0 whatever was found."},
  };
}

std::vector<Option> online_options() {
  return {
      {.name = "online",
       .help = "ask the providers and issuers, too, whether they are as configured",
       .detail =
           "Each upstream provider and external issuer is asked for its metadata and keys, all at once: whether it can be reached, is the issuer it is "
           "taken for, has usable keys, advertises what will be used, lets clients register, and has the right time. Nobody signs in and no credential is "
           "sent."},
      {.name = "deadline", .value = "SECONDS", .standard = "30", .help = "how long all answers of --online together may take"},
  };
}

std::vector<Option> input_options() {
  return {
      {.name = "crds",
       .value = "PATH",
       .repeatable = true,
       .completes = Completes::Files,
       .help = "check manifests against these CustomResourceDefinitions, too",
       .detail = "Files or folders of the ToolHive version that will run. Says what the API server would say, in its words, including validation rules (CEL)."},
      {.name = "overlay",
       .value = "FILE",
       .standard = "vmcpauth.toml beside the input, when it is there",
       .completes = Completes::TomlFiles,
       .help = "local settings to check along with the rest"},
  };
}

Option format_option() {
  return {.name = "format",
          .value = "FORMAT",
          .choices = {"human", "json", "sarif", "github", "junit"},
          .standard = "human",
          .help = "how findings are printed",
          .detail =
              "json is described in docs/reference/validate-json.md; sarif is SARIF 2.1.0 for code scanning; github prints workflow commands, which "
              "GitHub shows beside the changed lines; junit is for test reports."};
}

config::ReportFormat format_of(std::string_view name) {
  using enum config::ReportFormat;
  if (name == "json") return Json;
  if (name == "sarif") return Sarif;
  if (name == "github") return GitHub;
  return name == "junit" ? JUnit : Human;
}

// At most one byte more than is allowed: the reader says what is too much.
std::expected<Milliseconds, UsageError> deadline_of(const Invocation& invocation) {
  const auto text = invocation.value("deadline").value_or("30");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 1 || seconds > 600) {
    return std::unexpected(UsageError{.message = fmt::format("--deadline is a number of seconds from 1 to 600, not '{}'", printable(text, 40)),
                                      .hint = std::nullopt,
                                      .command = &invocation.command()});
  }
  return std::chrono::seconds(seconds);
}

std::expected<config::ValidateOptions, UsageError> options_of(const World& world, const Invocation& invocation) {
  config::ValidateOptions options;
  auto selection = config::RuleSelection::parse(invocation.values("select"), invocation.values("ignore"));
  if (!selection)
    return std::unexpected(UsageError{.message = selection.error().message(), .hint = "vmcpauth explain lists all rules", .command = &invocation.command()});
  options.selection = *std::move(selection);
  options.strict = invocation.has("strict");
  options.baseline_path = invocation.value("baseline").value_or("");
  options.load.practice = true;
  options.load.paths = invocation.arguments();
  if (options.load.paths.empty()) options.load.paths = {"."};
  if (std::ranges::find(options.load.paths, "-") != options.load.paths.end()) {
    options.load.stdin_text = config::InputText{.name = "<stdin>", .text = read_input_up_to(world, config::ReadLimits{}.max_bytes + 1)};
  }
  options.load.crds = invocation.values("crds");
  options.load.overlay_path = invocation.value("overlay").value_or("");
  const auto deadline = deadline_of(invocation);
  if (!deadline) return std::unexpected(deadline.error());
  const bool online = invocation.has("online");
  if (online) options.more = [&world, input = options.load, limit = *deadline](config::LoadResult& loaded) { ask_online(world, input, limit, loaded); };
  const bool crds = !options.load.crds.empty();
  options.ran = [crds, online](config::Rule rule) {
    const auto hundred = static_cast<unsigned>(rule) / 100;
    const bool of_crds = rule >= config::Rule::CrdUnknownField && rule <= config::Rule::CrdUnusable;
    return (crds || !of_crds) && (online || hundred != 8);
  };
  return options;
}

ExitStatus write_baseline(const World& world, const config::ValidateResult& result, const std::string& path) {
  const auto& loaded = result.loaded;
  if (result.incomplete()) {
    world.output << config::format_report(config::ReportFormat::Human, result, {});
    world.error << fmt::format("vmcpauth: {} was not written, because not everything could be read\n", path);
    return ExitStatus::CouldNotRun;
  }
  const auto text = config::baseline_text(loaded.diagnostics, loaded.sources, path);
  if (const auto written = world.files.write_private(path, text); !written) return report_failure(world, written.error());
  const auto count = loaded.diagnostics.count(config::Severity::Error) + loaded.diagnostics.count(config::Severity::Warning);
  world.error << fmt::format("vmcpauth: {} finding{} written to {}\n", count, count == 1 ? "" : "s", path);
  return ExitStatus::Fine;
}

}  // namespace

Command validate_command() {
  Command command{
      .name = "validate",
      .summary = "check the authentication of a vMCP configuration",
      .description =
          {"Reads Kubernetes manifests (also the output of kustomize and helm), vMCP runtime files, authserver-config.yaml and vmcpauth.toml, YAML or JSON, "
           "and reports everything that is wrong with their authentication: names, types and forms, references between resources, the rules that ToolHive's "
           "operator and authorization server check when it is too late, known traps of identity providers and security practice. Without --online it uses no "
           "network.",
           "A PATH is a file, a folder, which is read with all folders below, or - for standard input; without PATH it is the current folder. Documents of "
           "other kinds are passed over and counted. All files are read as one configuration.",
           "A single finding is accepted by a comment on its line or on the line before: # vmcpauth: ignore VMA601 and a reason. 'vmcpauth explain VMA601' "
           "says what a rule means and shows an example.",
           "The exit status is 0 when there is no error (with --strict: and no warning), 1 when there is, and 3 when something could not be read."},
      .arguments = {{.name = "PATH", .many = true, .completes = Completes::Files, .help = "files or folders to check, - for standard input"}},
      .examples = {{"vmcpauth validate deploy/", "everything below deploy/"},
                   {"kustomize build overlays/prod | vmcpauth validate -", "what kustomize makes of it"},
                   {"vmcpauth validate --strict --format github deploy/", "in a GitHub workflow"},
                   {"vmcpauth validate --crds toolhive/deploy/charts/operator-crds deploy/", "and what the API server would say"},
                   {"vmcpauth validate --online deploy/", "and whether the providers are as configured"},
                   {"vmcpauth validate --select VMA6,VMA7 deploy/", "practice only"}},
  };
  for (const auto& group : {rule_options(), input_options(), online_options(), std::vector<Option>{format_option(), color_option()}}) {
    command.options.insert(command.options.end(), group.begin(), group.end());
  }
  return command;
}

std::expected<ExitStatus, UsageError> run_validate(const World& world, const Invocation& invocation) {
  const auto options = options_of(world, invocation);
  if (!options) return std::unexpected(options.error());
  const auto result = config::validate(*options, world.files);
  if (const auto path = invocation.value("write-baseline")) return write_baseline(world, result, *path);
  const auto colour = use_colour(colour_choice(invocation.value("color").value_or("auto")), world.terminal.output_is_terminal, world.env);
  world.output << config::format_report(format_of(invocation.value("format").value_or("human")), result, {.colour = colour, .version = kVersion});
  if (result.incomplete()) return ExitStatus::CouldNotRun;
  return result.failed() ? ExitStatus::Findings : ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
