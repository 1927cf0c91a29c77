// What the benchmark programs share: a server on a loopback port until SIGINT or SIGTERM.
#pragma once

#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <string>

#include "core/base/clock.hpp"
#include "proxy/server.hpp"

namespace vmcpauth::bench {

// Serves until told to stop; the process's exit status.
inline int serve(proxy::IoPool& pool, proxy::RequestHandler& handler, std::uint16_t port) {
  SystemClock clock;
  const Logger log(clock, LogLevel::Warn, LogFormat::Human, false, [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); });
  proxy::Server server(pool, handler, log);
  auto socket = proxy::ListenSocket::open("127.0.0.1", port, pool.size());
  if (!socket) {
    std::fprintf(stderr, "%s\n", socket.error().describe().c_str());
    return 3;
  }
  server.serve(*std::move(socket));
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int signal = 0;
  sigwait(&signals, &signal);
  server.drain(std::chrono::seconds(1));
  return 0;
}

// Before any thread is made: SIGINT and SIGTERM wait for serve(), descriptors as many as allowed.
inline void prepare() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace vmcpauth::bench
