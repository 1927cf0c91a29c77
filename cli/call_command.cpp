#include "cli/call_command.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/bounded_input.hpp"
#include "cli/call_output.hpp"
#include "cli/call_peers.hpp"
#include "cli/call_request.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/login_options.hpp"
#include "cli/shared_options.hpp"
#include "cli/signed_in.hpp"
#include "cli/version.hpp"
#include "core/base/encoding.hpp"
#include "core/client/authorizing_streaming_client.hpp"
#include "core/mcp/client/client.hpp"
#include "core/mcp/client/tool_arguments.hpp"
#include "core/mcp/param_headers.hpp"

namespace vmcpauth::cli {

namespace {

constexpr std::size_t kMaxStdinBytes = 4U << 20U;

std::vector<Option> call_options() {
  std::vector<std::string> revisions{"auto"};
  for (const auto revision : mcp::kRevisions) revisions.emplace_back(revision);
  return {
      {.name = "arg",
       .letter = 'a',
       .value = "KEY=VALUE",
       .repeatable = true,
       .help = "an argument of the tool or prompt, or a parameter of another method",
       .detail = "A tool's inputSchema says what the value is: a number, text, a list (give the key once for each item), an object (as JSON, or "
                 "KEY.MEMBER=VALUE)."},
      {.name = "args-json", .value = "JSON", .help = "all arguments as a JSON object; - reads it from standard input"},
      {.name = "header", .letter = 'H', .value = "NAME:VALUE", .repeatable = true, .help = "send this header too; it replaces one of ours of that name"},
      {.name = "revision", .value = "DATE", .choices = revisions, .standard = "auto", .help = "the protocol revision to speak"},
      {.name = "elicit",
       .value = "HOW",
       .choices = {"auto", "off", "ask", "defaults", "decline"},
       .standard = "auto",
       .help = "what to do when the server asks for input",
       .detail = "With auto you are asked on a terminal, else it is off. With off the server is told that it cannot ask. With defaults its form is accepted as "
                 "it is filled in."},
      {.name = "login", .help = "sign in when there is no credential, it is refused, or its scopes do not suffice"},
      json_option("call-json.md"),
      color_option(),
      {.name = "verbose", .letter = 'v', .excludes = {"quiet"}, .help = "tell every step"},
      {.name = "quiet", .letter = 'q', .excludes = {"verbose"}, .help = "no progress and no log messages of the server"},
  };
}

Elicit elicit_of(const Invocation& invocation, const World& world) {
  const auto how = invocation.value("elicit");
  if (!how) return world.terminal.input_is_terminal && world.terminal.error_is_terminal && !invocation.has("json") ? Elicit::Ask : Elicit::Off;
  if (*how == "ask") return Elicit::Ask;
  if (*how == "defaults") return Elicit::Defaults;
  return *how == "decline" ? Elicit::Decline : Elicit::Off;
}

// What the tool's definition says; null when the server does not list it.
Task<Result<Json>> find_tool(mcp::Client& client, std::string name) {
  Json none = Json::object();
  CO_TRY(auto listed, co_await client.list("tools/list", "tools", std::move(none)));
  if (listed.error) co_return Json();
  for (auto& tool : listed.result["tools"]) {
    if (tool.is_object() && tool.contains("name") && tool["name"] == Json(name)) co_return std::move(tool);
  }
  co_return Json();
}

// The definition makes the arguments' types and the headers that mirror them. Servers may have tools they do not list.
Task<Result<http::Headers>> complete_tool_call(mcp::Client& client, CallRequest& request) {
  http::Headers headers;
  auto& arguments = request.params["arguments"];
  if (arguments.is_null()) arguments = Json::object();
  const auto name = request.params.value("name", std::string());
  CO_TRY(const auto tool, co_await find_tool(client, name));
  const Json schema = tool.is_object() && tool.contains("inputSchema") ? tool["inputSchema"] : Json::object();
  CO_TRY_VOID(mcp::add_arguments(arguments, request.pairs, schema));
  if (client.server().era == mcp::Era::Modern) {
    CO_TRY(const auto mirrored, mcp::mirrored_parameters(schema));
    CO_TRY(headers, mcp::mirror(mirrored, arguments));
  }
  co_return headers;
}

// What an older server said of itself at the beginning is what `server/discover` asks a newer one for.
Json facts_json(const mcp::ServerFacts& facts) {
  Json json{{"supportedVersions", facts.supported.empty() ? std::vector<std::string>{facts.revision} : facts.supported},
            {"capabilities", facts.capabilities.is_null() ? Json::object() : facts.capabilities},
            {"serverInfo", facts.info.is_null() ? Json::object() : facts.info}};
  if (!facts.instructions.empty()) json["instructions"] = facts.instructions;
  return json;
}

Task<Result<mcp::Outcome>> ask(mcp::Client& client, CallRequest& request) {
  CO_TRY_VOID(co_await client.connect());
  const bool legacy = client.server().era == mcp::Era::Legacy;
  if (legacy && (request.method == "server/discover" || request.method == "initialize")) co_return mcp::Outcome{facts_json(client.server()), {}};
  if (request.list) {
    CO_TRY_VOID(mcp::add_arguments(request.params, request.pairs, Json::object()));
    auto listed = co_await client.list(request.method, *request.list, request.params);
    co_return listed;
  }
  http::Headers headers;
  if (request.method == "tools/call") {
    CO_TRY(headers, co_await complete_tool_call(client, request));
  } else {
    auto& target = request.pairs_are_arguments ? request.params["arguments"] : request.params;
    if (target.is_null()) target = Json::object();
    // A prompt's arguments are text, whatever they look like.
    Json schema = Json::object();
    if (request.pairs_are_arguments) {
      for (const auto& pair : request.pairs) schema["properties"][pair.substr(0, pair.find('='))] = {{"type", "string"}};
    }
    CO_TRY_VOID(mcp::add_arguments(target, request.pairs, schema));
  }
  auto outcome = co_await client.request(request.method, request.params, std::move(headers));
  co_return outcome;
}

Task<Result<mcp::Outcome>> ask_and_close(mcp::Client& client, CallRequest& request) {
  auto outcome = co_await ask(client, request);
  co_await client.close();
  co_return outcome;
}

ExitStatus print(const World& world, const Invocation& invocation, const CallRequest& request, const mcp::ServerFacts& server, const mcp::Outcome& outcome) {
  const bool failed = outcome.error || (request.method == "tools/call" && is_tool_error(outcome.result));
  if (invocation.has("json")) {
    world.output << outcome_json(request.method, server.revision, outcome).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else if (outcome.error) {
    world.error << fmt::format("vmcpauth: the server refuses {}: {} ({})\n", request.method, printable(outcome.error->message, 1000), outcome.error->code);
    if (!outcome.error->data.is_null()) world.error << "  " << printable(dump_json(outcome.error->data), 2000) << '\n';
  } else {
    const auto colour = colour_choice(invocation.value("color").value_or("auto"));
    const Look look{.bold = use_colour(colour, world.terminal.output_is_terminal, world.env), .sanitize = world.terminal.output_is_terminal};
    if (failed) world.error << "vmcpauth: the tool reports an error\n";
    world.output << result_text(request.method, outcome.result, look);
  }
  return failed ? ExitStatus::Findings : ExitStatus::Fine;
}

mcp::ClientSettings client_settings(const client::LoginSettings& settings, const CallRequest& request, Cancellation cancellation) {
  mcp::ClientSettings made{.exchange = {.url = settings.server, .peer = client::server_policy(settings.trust), .cancellation = std::move(cancellation)},
                           .headers = request.headers,
                           .revision = request.revision,
                           .version = kVersion};
  return made;
}

}  // namespace

Command call_command() {
  Command command{
      .name = "call",
      .summary = "make one MCP request as the signed-in user",
      .description =
          {"Sends METHOD to the MCP server at URL with the credential that `vmcpauth login` has kept, and prints the result. Which protocol revision the "
           "server speaks is found out; lists are read to their last page; progress is shown while it comes. For tools/call and prompts/get the word after "
           "METHOD is the name, for resources/read the URI; any method takes its parameters as a JSON object.",
           "An expired credential is renewed. Without a usable one the command ends with status 4, unless --login allows a login, once. A tool's own error "
           "and an error of the server end it with status 1."},
      .arguments = {{.name = "URL", .required = true, .help = "the MCP server's endpoint"},
                    {.name = "METHOD", .required = true, .help = "tools/list, tools/call, server/discover or any other method"},
                    {.name = "PARAMS", .many = true, .help = "NAME, URI or a JSON object; - reads the object from standard input"}},
      .options = call_options(),
      .examples = {{"vmcpauth call http://127.0.0.1:4483/mcp tools/list", "the tools of a local `vmcpauth serve`"},
                   {"vmcpauth call http://127.0.0.1:4483/mcp tools/call notes_echo --arg text=hello", "call a tool of the demo"},
                   {"vmcpauth call https://mcp.example.com/mcp server/discover --login", "what the server is, signing in when it asks for that"},
                   {"vmcpauth call https://mcp.example.com/mcp resources/read file:///notes.txt --json", "for a program that reads the result"}},
  };
  for (auto& option : login_options()) command.options.push_back(std::move(option));
  return command;
}

std::expected<ExitStatus, UsageError> run_call(const World& world, const Invocation& invocation) {
  TRY(auto login, read_login_options(world, invocation));
  TRY(auto request, call_request(invocation, [&] { return read_input(world, kMaxStdinBytes); }));
  const auto settings = login.settings.clone();
  const auto cancellation = Cancellation::create();
  login.agent.interrupted = cancellation;
  const InterruptWatch interrupt(cancellation);
  const auto network = world.network();
  const auto asking = invocation.has("login") ? client::Asking::WhenNeeded : client::Asking::Never;
  auto signed_in = SignedIn::open(world, *network, {.login = std::move(login), .asking = asking, .fresh = false, .verbosity = verbosity_of(invocation)});
  if (!signed_in) return report_failure(world, signed_in.error());
  CallObserver observer(
      world.error,
      {.redraw = world.terminal.error_is_terminal, .quiet = invocation.has("quiet"), .verbose = invocation.has("verbose"), .width = world.terminal.width});
  CallAnswers answers(elicit_of(invocation, world), world.input, world.error, observer);
  client::AuthorizingStreamingClient http(network->streaming(), (*signed_in)->access());
  mcp::Client client(http, network->timer(), answers, observer, client_settings(settings, request, cancellation));
  const auto outcome = network->run(ask_and_close(client, request));
  observer.finish_line();
  if (!outcome) return report_failure(world, outcome.error());
  return print(world, invocation, request, client.server(), *outcome);
}

}  // namespace vmcpauth::cli
