#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "cli/app.hpp"
#include "proxy/serve/serve.hpp"

int main(int argc, char** argv) try {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const vmcpauth::SystemEnv env;
  const vmcpauth::cli::World world{.env = env,
                                   .terminal = vmcpauth::cli::detect_terminal(env),
                                   .output = std::cout,
                                   .error = std::cerr,
                                   .serve = [](const vmcpauth::proxy::ServeOptions& options) { return vmcpauth::proxy::serve(options); }};
  return static_cast<int>(vmcpauth::cli::run(arguments, world));
} catch (const std::exception& error) {
  std::cerr << "vmcpauth: " << error.what() << '\n';
  return static_cast<int>(vmcpauth::cli::ExitStatus::CouldNotRun);
}
