#include "cli/token/token_options.hpp"

#include <ostream>

#include "cli/terminal.hpp"

namespace vmcpauth::cli {

std::vector<Option> joined(std::vector<std::vector<Option>> parts) {
  std::vector<Option> out;
  for (auto& part : parts) {
    for (auto& option : part) out.push_back(std::move(option));
  }
  return out;
}

std::vector<Option> store_options() {
  return {
      {.name = "store",
       .value = "STORE",
       .standard = "the SQLite file of serve",
       .help = "sqlite:PATH, redis://HOST:PORT/DB or rediss://…",
       .detail = "A user and password of a Redis are taken from the URL, or better from VMCPAUTH_REDIS_USERNAME and VMCPAUTH_REDIS_PASSWORD."},
      {.name = "server",
       .value = "[NS/]NAME",
       .excludes = {"prefix"},
       .help = "the VirtualMCPServer: in a Redis its namespace and name, in --config its name",
       .detail = "In a Redis that holds one server only it is found by looking."},
      {.name = "prefix", .value = "TEXT", .excludes = {"server"}, .help = "the key prefix in a Redis, instead of --server"},
  };
}

Option write_option() {
  return {.name = "write", .help = "allow changes in a Redis, which is read-only otherwise", .detail = "A SQLite file of serve needs no permission."};
}

Option provider_option() { return {.name = "provider", .value = "NAME", .help = "only the tokens of this upstream provider"}; }

Option user_option() {
  return {.name = "user",
          .value = "USER",
          .help = "only sessions of this user: the id, name or e-mail address",
          .detail = "The id is vMCP's own, the sub of its tokens."};
}

std::string server_name(std::string_view server) {
  const auto slash = server.rfind('/');
  return std::string(slash == std::string_view::npos ? server : server.substr(slash + 1));
}

Paint output_paint(const World& world, const Invocation& invocation) {
  const auto choice = colour_choice(invocation.value("color").value_or("auto"));
  return Paint(use_colour(choice, world.terminal.output_is_terminal, world.env));
}

void print_json(const World& world, const OrderedJson& value) { world.output << value.dump(2, ' ', false, OrderedJson::error_handler_t::replace) << '\n'; }

}  // namespace vmcpauth::cli
