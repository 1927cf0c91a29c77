// What the program touches, as collaborators: main() gives it the real ones, tests give it others.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>

#include "cli/store_opening.hpp"
#include "cli/terminal.hpp"
#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/private_files.hpp"
#include "core/base/random.hpp"
#include "proxy/network.hpp"
#include "proxy/serve/options.hpp"

namespace vmcpauth::cli {

struct World {
  const Env& env;
  Files& files;
  PrivateFiles& private_files;
  const Clock& clock;
  Random& random;
  Terminal terminal;
  std::istream& input;
  std::ostream& output;
  std::ostream& error;
  // Serves until it is told to stop. It has already printed what is wrong with a configuration it refuses.
  std::function<Result<void>(const proxy::ServeOptions&)> serve;
  // The network of a command that needs one: made when it is asked for, so that no other command pays for its threads.
  std::function<std::unique_ptr<proxy::Network>()> network;
  // The store of a command that looks into one.
  StoreOpener open_store = {};
};

}  // namespace vmcpauth::cli
