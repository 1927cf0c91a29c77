// What the tests of outbound connections share: the client under test and HTTP(S) servers of another make (cpp-httplib).
#pragma once

#include <httplib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "proxy/http_client.hpp"
#include "tests/unit/proxy/served.hpp"

namespace vmcpauth::test {

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline constexpr http::PeerPolicy kLoopback{.allow_private_addresses = false, .allow_loopback = true, .allow_http = false};

struct Client {
  proxy::IoPool pool{{.threads = 1, .blocking_threads = 2, .sweep = std::chrono::milliseconds(10)}};
  proxy::LoopHttpClient client{pool};

  Result<http::ClientResponse> send(http::ClientRequest request) { return pool.run(client.send(std::move(request))); }
  Result<http::ClientResponse> get(const std::string& url, http::PeerPolicy peer = kLoopback) {
    return send({.url = *Url::parse(url), .peer = std::move(peer), .timeout = std::chrono::milliseconds(3000)});
  }
};

template <class Server>
class Running {
 public:
  template <class... Arguments>
  explicit Running(Arguments... arguments) : server(arguments...) {
    server.Get("/hello", [](const httplib::Request&, httplib::Response& response) { response.set_content("hello", "text/plain"); });
    server.Post("/echo", [](const httplib::Request& request, httplib::Response& response) { response.set_content(request.body, "text/plain"); });
    server.Get("/chunks", [](const httplib::Request&, httplib::Response& response) {
      response.set_chunked_content_provider("text/plain", [](std::size_t, httplib::DataSink& sink) {
        for (int i = 0; i < 5; ++i) sink.write("chunk", 5);
        sink.done();
        return true;
      });
    });
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~Running() {
    server.stop();
    thread.join();
  }
  Server server;
  int port = 0;
  std::thread thread;
};

}  // namespace vmcpauth::test
