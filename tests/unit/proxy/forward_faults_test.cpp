#include <atomic>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/unit/proxy/forwarded.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using proxy::BackendSettings;
using proxy::ForwardRequest;

TEST_CASE("forward: a client that takes nothing stops the backend instead of filling memory") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send(kGet);
  auto backend = listener.accept();
  static_cast<void>(backend.take_message());
  backend.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
  std::atomic<std::size_t> accepted{0};
  std::thread sender([&] {
    const std::string block(1U << 20U, 'x');
    while (backend.send(block)) accepted += block.size();
  });
  std::this_thread::sleep_for(300ms);
  const auto before = accepted.load();
  std::this_thread::sleep_for(200ms);
  CHECK(accepted == before);  // back-pressure: socket buffers are full and nobody reads on
  CHECK(before < (64U << 20U));
  client.close_with_reset();
  sender.join();  // the cancel reaches the backend
  CHECK(proxy.summary().error->code() == ErrorCode::Cancelled);
}

TEST_CASE("forward: a client that leaves cancels the request at the backend") {
  RawListener listener;
  Forwarded proxy(listener.port());
  SECTION("before the response") {
    auto client = proxy.connect();
    client.send(post("x"));
    auto backend = listener.accept();
    static_cast<void>(backend.take_message());
    client.close();
    CHECK(backend.sees_close());
  }
  SECTION("in the middle of a silent stream") {
    auto client = proxy.connect();
    client.send(kGet);
    auto backend = listener.accept();
    static_cast<void>(backend.take_message());
    backend.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
    static_cast<void>(client.take_until("data: 1\n\n"));
    client.close();
    CHECK(backend.sees_close());
  }
  SECTION("in the middle of its own body") {
    auto client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    auto backend = listener.accept();
    CHECK(body_of(backend.take_until("abc")) == "abc");
    client.close();
    CHECK(backend.sees_close());
  }
  CHECK(proxy.summary().error->code() == ErrorCode::Cancelled);
}

TEST_CASE("forward: a request sent behind another one waits and is not lost") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send(post("1"));
  auto backend = listener.accept();
  CHECK(body_of(backend.take_message()) == "1");
  client.send(post("2") + post("3"));
  CHECK(backend.is_silent(50ms));
  for (const char* n : {"1", "2", "3"}) {
    backend.send(response_with(n));
    CHECK(body_of(client.take_message()) == n);
    if (*n != '3') CHECK(body_of(backend.take_message()) == std::string(1, static_cast<char>(*n + 1)));
  }
}

TEST_CASE("forward: a backend that is down is 502, one that is silent 504, with a JSON error") {
  SECTION("down") {
    RawListener listener;
    Forwarded proxy(listener.port());
    listener.close();
    auto client = proxy.connect();
    client.send(post("x"));
    const auto answer = client.take_message();
    CHECK(status_of(answer) == 502);
    CHECK(answer.find("Content-Type: application/json") != std::string::npos);
    CHECK_THAT(body_of(answer), ContainsSubstring("cannot be reached"));
    CHECK(proxy.summary().error->message() == "cannot connect to 127.0.0.1:" + std::to_string(listener.port()) + ": Connection refused");
    client.send(post("y"));  // the client's connection goes on
    CHECK(status_of(client.take_message()) == 502);
  }
  SECTION("silent") {
    RawListener listener;
    Forwarded proxy(listener.port(), [](BackendSettings& s) { s.response_timeout = 100ms; });
    auto client = proxy.connect();
    client.send(kGet);
    auto backend = listener.accept();
    static_cast<void>(backend.take_message());
    CHECK(status_of(client.take_message()) == 504);
    CHECK(backend.sees_close());
    CHECK(proxy.summary().error->code() == ErrorCode::Timeout);
  }
}

TEST_CASE("forward: a backend that breaks off or answers nonsense never looks like success") {
  struct Case {
    const char* name;
    std::string response;
    int status;  // what the client sees first
  };
  const Case cases[] = {
      {"no response", "", 502},
      {"half a head", "HTTP/1.1 200 OK\r\nContent-Le", 502},
      {"not HTTP", "SSH-2.0-OpenSSH_9\r\n\r\n", 502},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 502},
      {"length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 502},
      {"folded header", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n", 502},
      {"bare CR in a header", "HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: c\r\nContent-Length: 0\r\n\r\n", 502},
      {"unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", 502},
      {"bad chunk with the head", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 502},
      {"interim responses without end", std::string(), 502},
      {"length not reached", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", 200},
      {"chunks not ended", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 200},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    RawListener listener;
    Forwarded proxy(listener.port());
    auto client = proxy.connect();
    client.send(kGet);
    auto backend = listener.accept();
    static_cast<void>(backend.take_message());
    if (std::string_view(c.name).starts_with("interim")) {
      for (int i = 0; i < 20; ++i) backend.send("HTTP/1.1 100 Continue\r\n\r\n");
    }
    backend.send(c.response);
    backend.close();
    const auto all = client.take_until("\r\n\r\n");
    CHECK(status_of(all) == c.status);
    if (c.status == 200) {
      CHECK(client.take_rest().find("0\r\n\r\n") == std::string::npos);
      CHECK(proxy.summary().error->code() == ErrorCode::BadResponse);
    }
  }
}

TEST_CASE("forward: an HTTP/1.0 client sees a reset when the backend breaks off") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send("GET / HTTP/1.0\r\nHost: x\r\n\r\n");
  auto backend = listener.accept();
  static_cast<void>(backend.take_message());
  backend.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  CHECK(client.take_until("abc").find("chunked") == std::string::npos);
  backend.close();
  CHECK(client.sees_close());
  CHECK(client.was_reset());
}

TEST_CASE("forward: 401 of the backend passes unchanged unless the route says otherwise") {
  RawListener listener;
  const std::string denied = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\nContent-Length: 2\r\n\r\nno";
  SECTION("passes") {
    Forwarded proxy(listener.port());
    auto client = proxy.connect();
    client.send(post("x"));
    auto backend = listener.accept();
    static_cast<void>(backend.take_message());
    backend.send(denied);
    const auto answer = client.take_message();
    CHECK(status_of(answer) == 401);
    CHECK(answer.find("WWW-Authenticate: Bearer error=\"invalid_token\"") != std::string::npos);
    CHECK(body_of(answer) == "no");
  }
  SECTION("replaced") {
    Forwarded proxy(listener.port(), {}, [](ForwardRequest& request) {
      request.on_response = [](int status, http::Headers&) -> std::optional<http::Response> {
        if (status != 401) return std::nullopt;
        return proxy::error_response(502, "backend_denied", "the backend refused the credential");
      };
    });
    auto client = proxy.connect();
    client.send(post("x"));
    auto backend = listener.accept();
    static_cast<void>(backend.take_message());
    backend.send(denied);
    CHECK(status_of(client.take_message()) == 502);
    const auto summary = proxy.summary();
    CHECK(summary.status == 502);
    CHECK(*summary.backend_status == 401);
  }
}

TEST_CASE("forward: an answer before the end of the upload reaches the client") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
  auto backend = listener.accept();
  static_cast<void>(backend.take_until("abc"));
  backend.send(response_with("too big", {}, 413));
  backend.close();
  const auto answer = client.take_message();
  CHECK(status_of(answer) == 413);
  CHECK(answer.find("Connection: close") != std::string::npos);
}

TEST_CASE("forward: broken framing of the client's body is 400 and reaches no backend as a whole request") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX");
  auto backend = listener.accept();
  CHECK(status_of(client.take_message()) == 400);
  CHECK(backend.take_rest().find("0\r\n\r\n") == std::string::npos);
}

TEST_CASE("forward: draining ends silent event streams at once") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send(kGet);
  auto backend = listener.accept();
  static_cast<void>(backend.take_message());
  backend.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
  static_cast<void>(client.take_until("data: 1\n\n"));
  const auto begin = std::chrono::steady_clock::now();
  CHECK(proxy.server().drain(5s));
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
  CHECK(client.sees_close());
  CHECK(backend.sees_close());
}

TEST_CASE("forward: never a second answer, and no forward of a body that was read") {
  RawListener listener;
  const auto backend = *Backend::make({.name = "b", .url = *Url::parse(listener.origin())});
  FunctionHandler handler([&](Exchange& exchange) -> Task<void> {
    if (exchange.head().path == "/answered") {
      const auto sent = co_await exchange.respond(http::Response::text(200, "first"));
      static_cast<void>(sent);
    } else {
      const auto body = co_await exchange.read_body(100);
      static_cast<void>(body);
    }
    ForwardRequest request;
    request.backend = backend;
    request.target = "/x";
    const auto summary = co_await exchange.forward(std::move(request));
    static_cast<void>(summary);
  });
  Served served(handler);
  auto client = served.connect();
  client.send("GET /answered HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(body_of(client.take_message()) == "first");
  CHECK(client.is_silent());
  client.send(post("x"));
  CHECK(status_of(client.take_message()) == 500);
  CHECK_FALSE(listener.try_accept(30ms));
}
