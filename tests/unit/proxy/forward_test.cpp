#include <atomic>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/unit/proxy/forwarded.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using proxy::BackendSettings;
using proxy::ForwardRequest;

TEST_CASE("forward: bytes of the body are untouched, header fields are scrubbed both ways") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  const std::string body("a\0b\r\n\xFF{\"id\":1}", 14);
  client.send(
      "POST /mcp/x?y=%20z HTTP/1.1\r\nHost: proxy.example\r\nContent-Type: application/json\r\nMcp-Session-Id: s-1\r\nMCP-Protocol-Version: 2025-11-25\r\n"
      "Mcp-Method: tools/call\r\nAuthorization: Bearer client\r\nCookie: c=1\r\nProxy-Authorization: Basic x\r\nForwarded: for=1\r\n"
      "X-Forwarded-For: 1\r\nX-Forwarded-Host: h\r\nX-Real-IP: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nKeep-Alive: 3\r\nProxy-Connection: close\r\n"
      "X-Secret: s\r\nConnection: keep-alive, X-Secret\r\nContent-Length: 14\r\n\r\n" +
      body);
  auto backend = listener.accept();
  const auto seen = backend.take_message();
  CHECK(seen == "POST /mcp/x?y=%20z HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(listener.port()) +
                    "\r\nContent-Type: application/json\r\nMcp-Session-Id: s-1\r\nMCP-Protocol-Version: 2025-11-25\r\nMcp-Method: tools/call\r\n"
                    "Authorization: Bearer upstream\r\nContent-Length: 14\r\n\r\n" +
                    body);
  backend.send(
      "HTTP/1.1 202 Fine\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nMcp-Session-Id: s-2\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
      "Upgrade: h2c\r\nContent-Length: 2\r\n\r\nok");
  CHECK(client.take_message() == "HTTP/1.1 202 Accepted\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nMcp-Session-Id: s-2\r\nContent-Length: 2\r\n\r\nok");
  const auto summary = proxy.summary();
  CHECK(summary.status == 202);
  CHECK(*summary.backend_status == 202);
  CHECK(summary.request_body_bytes == 14);
  CHECK(summary.response_body_bytes == 2);
  CHECK_FALSE(summary.reused_connection);
  CHECK_FALSE(summary.error);
}

TEST_CASE("forward: the client cannot remove or double what the proxy sets") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: Authorization\r\nAUTHORIZATION: Bearer mine\r\n\r\n");
  auto backend = listener.accept();
  const auto seen = backend.take_message();
  CHECK(seen.find("Authorization: Bearer upstream\r\n") != std::string::npos);
  CHECK(seen.find("mine") == std::string::npos);
}

TEST_CASE("forward: a header value or target that could break the line is never sent") {
  RawListener listener;
  for (const bool in_header : {true, false}) {
    Forwarded proxy(listener.port(), {}, [&](ForwardRequest& request) {
      if (in_header)
        request.set.add("X-A", "a\r\nX-B: c");
      else
        request.target = "/a HTTP/1.1\r\nX-B: c";
    });
    auto client = proxy.connect();
    client.send(kGet);
    CHECK(status_of(client.take_message()) == 500);
    CHECK_FALSE(listener.try_accept(50ms));
  }
}

TEST_CASE("forward: connections to the backend are kept and used again") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send(post("1"));
  auto backend = listener.accept();
  CHECK(body_of(backend.take_message()) == "1");
  backend.send(response_with("one"));
  CHECK(body_of(client.take_message()) == "one");
  client.send(post("2"));
  CHECK(body_of(backend.take_message()) == "2");
  backend.send(response_with("two"));
  CHECK(body_of(client.take_message()) == "two");
  CHECK(proxy.summary(1).reused_connection);
}

TEST_CASE("forward: a kept connection that was closed meanwhile is not used") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send(post("1"));
  {
    auto backend = listener.accept();
    static_cast<void>(backend.take_message());
    backend.send(response_with("one"));
    CHECK(body_of(client.take_message()) == "one");
  }
  std::this_thread::sleep_for(20ms);
  client.send(post("2"));
  auto backend = listener.accept();
  CHECK(body_of(backend.take_message()) == "2");
  backend.send(response_with("two"));
  CHECK(body_of(client.take_message()) == "two");
}

TEST_CASE("forward: a request that met a dying kept connection is repeated only when that is safe") {
  for (const bool safe : {true, false}) {
    INFO(safe);
    RawListener listener;
    Forwarded proxy(listener.port());
    auto client = proxy.connect();
    client.send(kGet);
    auto first = listener.accept();
    static_cast<void>(first.take_message());
    first.send(response_with("one"));
    CHECK(body_of(client.take_message()) == "one");
    client.send(safe ? std::string(kGet) : post("x"));
    static_cast<void>(first.take_message());
    first.close();  // after the request was read, without a byte of a response
    if (safe) {
      auto second = listener.accept();
      CHECK(second.take_message().starts_with("GET /p HTTP/1.1\r\n"));
      second.send(response_with("two"));
      CHECK(body_of(client.take_message()) == "two");
    } else {
      CHECK(status_of(client.take_message()) == 502);
      CHECK_FALSE(listener.try_accept(50ms));
    }
  }
}

TEST_CASE("forward: responses of every framing reach the client whole") {
  struct Case {
    const char* name;
    std::string response;
    bool backend_closes;
    std::string body;
  };
  const Case cases[] = {
      {"length", response_with("hello"), false, "hello"},
      {"empty", response_with(""), false, ""},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\nT: v\r\n\r\n", false, "5\r\nhello\r\n0\r\n\r\n"},
      {"until close", "HTTP/1.1 200 OK\r\n\r\nhello", true, "5\r\nhello\r\n0\r\n\r\n"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello", true, "5\r\nhello\r\n0\r\n\r\n"},
      {"after 100 and 103", "HTTP/1.1 100 Continue\r\n\r\n" + response_with("hello"), false, "hello"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    RawListener listener;
    Forwarded proxy(listener.port());
    auto client = proxy.connect();
    client.send(kGet);
    auto backend = listener.accept();
    static_cast<void>(backend.take_message());
    backend.send(c.response);
    if (c.backend_closes) backend.close();
    CHECK(body_of(client.take_message()) == c.body);
  }
}

TEST_CASE("forward: early hints pass, a protocol switch does not") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send(kGet);
  auto backend = listener.accept();
  static_cast<void>(backend.take_message());
  backend.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  CHECK(client.take_until("\r\n\r\n") == "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  backend.send(response_with("x"));
  CHECK(body_of(client.take_message()) == "x");
  client.send(kGet);
  static_cast<void>(backend.take_message());
  backend.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
  CHECK(status_of(client.take_message()) == 502);
}

TEST_CASE("forward: HEAD, 204 and 304 carry no body and keep the connection") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send("HEAD /p HTTP/1.1\r\nHost: x\r\n\r\n");
  auto backend = listener.accept();
  static_cast<void>(backend.take_message());
  backend.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
  CHECK(client.take_until("\r\n\r\n").find("Content-Length: 99") != std::string::npos);
  for (const int status : {204, 304}) {
    client.send(kGet);
    static_cast<void>(backend.take_message());
    backend.send("HTTP/1.1 " + std::to_string(status) + " X\r\nETag: \"e\"\r\n\r\n");
    CHECK(status_of(client.take_until("\r\n\r\n")) == status);
  }
  CHECK(client.is_silent(30ms));
}

TEST_CASE("forward: event streams are flushed event by event") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send("GET /mcp HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n");
  auto backend = listener.accept();
  static_cast<void>(backend.take_message());
  backend.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(status_of(client.take_until("\r\n\r\n")) == 200);
  for (int i = 0; i < 20; ++i) {
    const std::string event = "data: " + std::to_string(100 + i) + "\n\n";
    backend.send("b\r\n" + event + "\r\n");
    CHECK(client.take_until(event, 2s) == "b\r\n" + event);
    CHECK(client.take(2) == "\r\n");
  }
  backend.send("0\r\n\r\n");
  CHECK(client.take(5) == "0\r\n\r\n");
}

TEST_CASE("forward: both ways flow at once") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  client.send("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  auto backend = listener.accept();
  CHECK(backend.take_until("\r\n\r\n").find("Transfer-Encoding: chunked") != std::string::npos);
  backend.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(status_of(client.take_until("\r\n\r\n")) == 200);
  for (int i = 0; i < 5; ++i) {
    client.send("1\r\n" + std::to_string(i) + "\r\n");
    CHECK(backend.take(6) == "1\r\n" + std::to_string(i) + "\r\n");
    backend.send("1\r\n" + std::to_string(9 - i) + "\r\n");
    CHECK(client.take(6) == "1\r\n" + std::to_string(9 - i) + "\r\n");
  }
  client.send("0\r\n\r\n");
  CHECK(backend.take(5) == "0\r\n\r\n");
  backend.send("0\r\n\r\n");
  CHECK(client.take(5) == "0\r\n\r\n");
}

TEST_CASE("forward: 100 MB stream both ways, against slow receivers, byte for byte") {
  constexpr std::size_t kTotal = 100U << 20U;
  RawListener listener;
  Forwarded proxy(listener.port());
  std::string block(1U << 20U, '\0');
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<char>(i * 131 + i / 251);
  std::atomic<bool> upload_intact{true};
  std::thread backend_thread([&] {
    auto backend = listener.accept();
    static_cast<void>(backend.take_until("\r\n\r\n"));
    for (std::size_t got = 0; got < kTotal; got += block.size()) {
      if (backend.take(block.size(), 20s) != block) upload_intact = false;
      if (got % (16U << 20U) == 0) std::this_thread::sleep_for(20ms);
    }
    backend.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kTotal) + "\r\n\r\n");
    for (std::size_t sent = 0; sent < kTotal; sent += block.size()) backend.send(block);
  });
  auto client = proxy.connect();
  client.send("POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(kTotal) + "\r\n\r\n");
  for (std::size_t sent = 0; sent < kTotal; sent += block.size()) REQUIRE(client.send(block));
  CHECK(status_of(client.take_until("\r\n\r\n", 20s)) == 200);
  bool download_intact = true;
  for (std::size_t got = 0; got < kTotal; got += block.size()) {
    if (client.take(block.size(), 20s) != block) download_intact = false;
    if (got % (16U << 20U) == 0) std::this_thread::sleep_for(20ms);
  }
  backend_thread.join();
  CHECK(upload_intact);
  CHECK(download_intact);
  CHECK(proxy.summary().response_body_bytes == kTotal);
}
