// The built-in identity providers and demo backends, each on a loopback port of its own. Ports are opened before there are
// handlers, because their origins go into the configuration that the handlers are made from. Lives as long as serve().
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/guarded.hpp"
#include "core/base/log.hpp"
#include "core/http/message.hpp"
#include "proxy/server.hpp"

namespace vmcpauth::proxy {

class BuiltinServers {
 public:
  // The pool and the logger outlive it.
  BuiltinServers(IoPool& pool, const Logger& logger);
  ~BuiltinServers();
  BuiltinServers(const BuiltinServers&) = delete;
  BuiltinServers& operator=(const BuiltinServers&) = delete;

  // The origin of the server of that name; opened on a free loopback port the first time. Io.
  [[nodiscard]] Result<std::string> origin(const std::string& name);

  // Gives the opened server its handler, or another one from now on.
  void mount(const std::string& name, std::shared_ptr<http::Handler> handler);

 private:
  class Slot;
  IoPool& pool_;
  const Logger& logger_;
  std::map<std::string, std::unique_ptr<Slot>> slots_;
};

}  // namespace vmcpauth::proxy
