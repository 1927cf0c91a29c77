#include "cli/options.hpp"

#include <algorithm>

namespace vmcpauth::cli {

namespace {

Option color_option() {
  return {.name = "color",
          .value = "WHEN",
          .choices = {"auto", "always", "never"},
          .standard = "auto",
          .help = "colour the output",
          .detail = "With auto, colour is used on a terminal only, and not when NO_COLOR is set or TERM is dumb."};
}

std::vector<Option> serve_source_options() {
  return {
      {.name = "server",
       .value = "NAME",
       .help = "the VirtualMCPServer to run when the files hold several",
       .detail = "With exactly one in the files there is nothing to choose."},
      {.name = "overlay",
       .value = "FILE",
       .standard = "vmcpauth.toml beside the first PATH, when it is there",
       .completes = Completes::TomlFiles,
       .help = "local settings: backend URLs, secret values, upstream overrides",
       .detail = "The overlay supplies what a cluster would. A file named here must exist."},
      {.name = "mock-idps",
       .value = "NAME,...",
       .value_optional = true,
       .help = "replace upstream providers by built-in ones of the same name",
       .detail = "Without names all of them are replaced. The built-in ones have a sign-in page where a user is chosen and access allowed or denied, "
                 "so that nothing has to be registered anywhere. Names need the equals sign."},
  };
}

std::vector<Option> serve_address_options() {
  return {
      {.name = "walkthrough",
       .help = "stop at a page between the identity providers of a sign-in",
       .detail = "The page says which provider is next and which backends need it, what was granted so far, and offers to continue or to cancel."},
      {.name = "listen",
       .value = "HOST:PORT",
       .standard = "127.0.0.1:4483",
       .help = "the address to listen on",
       .detail = "Port 0 takes any free port; demo mode also does when the default port is taken. An address that other machines can reach is refused "
                 "for a configuration without incoming authentication. IPv6 addresses are written [::1]:4483."},
      {.name = "issuer",
       .value = "URL",
       .standard = "the address listened on",
       .excludes = {"keep-issuer"},
       .help = "the issuer that tokens and metadata name",
       .detail = "For a tunnel or a host name that leads here. Audience and resource follow it."},
      {.name = "keep-issuer",
       .excludes = {"issuer"},
       .help = "keep the issuer, audience and resource of the configuration",
       .detail = "For a host name of the configuration that already leads here, or for backends that check the real issuer. "
                 "By default all three are mapped to the address listened on, so that clients on this machine find the server they were told about."},
  };
}

std::vector<Option> output_options() {
  return {
      {.name = "log-format",
       .value = "FORMAT",
       .choices = {"auto", "human", "json"},
       .standard = "auto",
       .help = "how the log on standard error is written",
       .detail = "With auto, for people on a terminal and one JSON object a line otherwise."},
      color_option(),
      {.name = "verbose", .letter = 'v', .excludes = {"quiet"}, .help = "log every step, not only one line a request", .detail = "Secrets stay redacted."},
      {.name = "quiet", .letter = 'q', .excludes = {"verbose"}, .help = "log warnings and errors only, and print no banner"},
  };
}

Command serve_command() {
  Command command{
      .name = "serve",
      .summary = "run the authorization server and the injecting proxy on this machine",
      .description =
          {"Reads ToolHive's manifests or vMCP runtime files, runs the embedded authorization server they describe and forwards MCP requests to the "
           "backends, giving each the credential its strategy asks for. A PATH is a file or a folder of YAML files; with several, all are read as one "
           "configuration. All problems of the configuration are reported at once, and nothing starts while there is one.",
           "Without PATH it runs the demo: two built-in identity providers and two MCP backends whose tool whoami answers with the claims of the token "
           "it was given. Everything listens on loopback and nothing is kept.",
           "SIGINT and SIGTERM let requests in flight finish and then end the program with status 0. SIGHUP reads the configuration again and keeps the "
           "sessions; when the new configuration has an error the old one stays."},
      .arguments = {{.name = "PATH", .many = true, .completes = Completes::Files, .help = "manifests, vMCP runtime files or folders of them"}},
      .examples = {{"vmcpauth serve", "the demo: log in at two built-in providers, call two demo backends"},
                   {"vmcpauth serve deploy/", "what the manifests in deploy/ describe, with their real identity providers"},
                   {"vmcpauth serve deploy/ --mock-idps", "the same with built-in identity providers, so that nothing has to be registered"},
                   {"vmcpauth serve deploy/ --server research --listen 127.0.0.1:8080", "one of several servers, on a port of your choice"}},
  };
  for (const auto& group : {serve_source_options(), serve_address_options(), output_options()}) {
    command.options.insert(command.options.end(), group.begin(), group.end());
  }
  return command;
}

Program make_program() {
  return {
      .name = "vmcpauth",
      .summary = "authentication toolkit and local proxy for ToolHive's Virtual MCP Server",
      .description = {"vmcpauth is for people who build and run MCP servers behind ToolHive's Virtual MCP Server (vMCP). It runs vMCP's embedded "
                      "authorization server and its injecting proxy on a laptop, from the manifests that are deployed, with real or built-in identity "
                      "providers."},
      .options = {{.name = "version", .letter = 'V', .help = "print the version and exit"}},
      .commands =
          {
              serve_command(),
              {.name = "version", .summary = "print the version", .description = {"Prints the name and the version, as --version does."}},
              {.name = "help",
               .summary = "explain a command",
               .description = {"Prints the help of a command, as COMMAND --help does, or that of the program."},
               .arguments = {{.name = "COMMAND", .choices = {"serve", "version", "help"}, .help = "the command to explain"}}},
          },
      .environment = {{"NO_COLOR", "When set and not empty, nothing is coloured unless --color=always says so."},
                      {"TERM", "When it is dumb, nothing is coloured unless --color=always says so."},
                      {"COLUMNS", "The width help is folded at, when it is not known from the terminal."}},
      .files = {{"vmcpauth.toml", "Local settings, read from beside the first PATH unless --overlay names another file."},
                {"authserver-config.yaml", "The authorization server's part of a vMCP runtime configuration, read from beside the runtime file."}},
      .exit_statuses = {{"0", "fine"},
                        {"1", "there were findings, or the answer is no"},
                        {"2", "the command line is wrong"},
                        {"3", "it could not run: a file, the network or a peer failed"},
                        {"4", "not logged in"}},
  };
}

}  // namespace

const Program& program() {
  static const Program kProgram = make_program();
  return kProgram;
}

const Option& help_option() {
  static const Option kHelp{.name = "help", .letter = 'h', .help = "print help and exit"};
  return kHelp;
}

const Command* find_command(const Program& program, std::string_view name) {
  const auto found = std::ranges::find(program.commands, name, &Command::name);
  return found == program.commands.end() ? nullptr : &*found;
}

std::vector<const Option*> options_of(const Program& program, const Command* command) {
  std::vector<const Option*> all;
  for (const auto& option : command != nullptr ? command->options : program.options) all.push_back(&option);
  all.push_back(&help_option());
  return all;
}

std::string spelling(const Option& option) {
  if (option.value.empty()) return "--" + option.name;
  return "--" + option.name + (option.value_optional ? "[=" + option.value + "]" : " " + option.value);
}

std::string spelling(const Argument& argument) { return "[" + argument.name + (argument.many ? "..." : "") + "]"; }

}  // namespace vmcpauth::cli
