#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/app.hpp"
#include "cli/system_store.hpp"
#include "proxy/serve/serve.hpp"

int main(int argc, char** argv) try {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const vmcpauth::SystemEnv env;
  vmcpauth::SystemFiles files;
  vmcpauth::SystemPrivateFiles private_files;
  const vmcpauth::SystemClock clock;
  vmcpauth::SystemRandom random;
  const vmcpauth::cli::World world{.env = env,
                                   .files = files,
                                   .private_files = private_files,
                                   .clock = clock,
                                   .random = random,
                                   .terminal = vmcpauth::cli::detect_terminal(env),
                                   .input = std::cin,
                                   .output = std::cout,
                                   .error = std::cerr,
                                   .serve = [](const vmcpauth::proxy::ServeOptions& options) { return vmcpauth::proxy::serve(options); },
                                   .network = [] { return std::make_unique<vmcpauth::proxy::SystemNetwork>(); },
                                   .open_store = vmcpauth::cli::system_store_opener(env, clock, random)};
  return static_cast<int>(vmcpauth::cli::run(arguments, world));
} catch (const std::exception& error) {
  std::cerr << "vmcpauth: " << error.what() << '\n';
  return static_cast<int>(vmcpauth::cli::ExitStatus::CouldNotRun);
}
