#include <atomic>
#include <mutex>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/unit/proxy/served.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using proxy::Backend;
using proxy::BackendSettings;
using proxy::ForwardRequest;
using proxy::ForwardSummary;

namespace {

// Everything goes to one fake backend; remembers the summaries.
class Forwarded {
 public:
  explicit Forwarded(std::uint16_t backend_port, std::function<void(BackendSettings&)> tune = {}, std::function<void(ForwardRequest&)> shape = {})
      : shape_(std::move(shape)) {
    BackendSettings settings{.name = "b", .url = *Url::parse("http://127.0.0.1:" + std::to_string(backend_port))};
    if (tune) tune(settings);
    auto made = Backend::make(std::move(settings));
    if (!made) throw std::runtime_error(made.error().describe());
    backend_ = *made;
  }

  [[nodiscard]] RawPeer connect() const { return served_.connect(); }
  [[nodiscard]] proxy::Server& server() { return served_.server; }
  [[nodiscard]] std::uint16_t port() const { return served_.port; }
  // The n-th summary, waited for.
  ForwardSummary summary(std::size_t n = 0) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 5s, [&] { return summaries_.size() > n; })) throw std::runtime_error("no summary came");
    return summaries_[n];
  }

 private:
  Task<void> handle(Exchange& exchange) {
    const auto& head = exchange.head();
    ForwardRequest request{.backend = backend_, .target = head.path + (head.query.empty() ? "" : "?" + head.query), .set = {{"Authorization", "Bearer upstream"}}};
    if (shape_) shape_(request);
    auto summary = co_await exchange.forward(std::move(request));
    const std::scoped_lock lock(mutex_);
    summaries_.push_back(std::move(summary));
    changed_.notify_all();
  }

  std::function<void(ForwardRequest&)> shape_;
  std::shared_ptr<const Backend> backend_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ForwardSummary> summaries_;
  FunctionHandler handler_{[this](Exchange& exchange) { return handle(exchange); }};
  Served served_{handler_, quick_options(), 1};
};

constexpr const char* kGet = "GET /p HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(std::string_view body) { return "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body); }

}  // namespace

TEST_CASE("forward: bytes of the body are untouched, header fields are scrubbed both ways") {
  RawListener listener;
  Forwarded proxy(listener.port());
  auto client = proxy.connect();
  const std::string body("a\0b\r\n\xFF{\"id\":1}", 14);
  client.send("POST /mcp/x?y=%20z HTTP/1.1\r\nHost: proxy.example\r\nContent-Type: application/json\r\nMcp-Session-Id: s-1\r\nMCP-Protocol-Version: 2025-11-25\r\n"
              "Mcp-Method: tools/call\r\nAuthorization: Bearer client\r\nCookie: c=1\r\nProxy-Authorization: Basic x\r\nForwarded: for=1\r\n"
              "X-Forwarded-For: 1\r\nX-Forwarded-Host: h\r\nX-Real-IP: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nKeep-Alive: 3\r\nProxy-Connection: close\r\n"
              "X-Secret: s\r\nConnection: keep-alive, X-Secret\r\nContent-Length: 14\r\n\r\n" + body);
  auto backend = listener.accept();
  const auto seen = backend.take_message();
  CHECK(seen == "POST /mcp/x?y=%20z HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(listener.port()) +
                    "\r\nContent-Type: application/json\r\nMcp-Session-Id: s-1\r\nMCP-Protocol-Version: 2025-11-25\r\nMcp-Method: tools/call\r\n"
                    "Authorization: Bearer upstream\r\nContent-Length: 14\r\n\r\n" + body);
  backend.send("HTTP/1.1 202 Fine\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nMcp-Session-Id: s-2\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
               "Upgrade: h2c\r\nContent-Length: 2\r\n\r\nok");
  CHECK(client.take_message() ==
        "HTTP/1.1 202 Accepted\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nMcp-Session-Id: s-2\r\nContent-Length: 2\r\n\r\nok");
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
      if (in_header) request.set.add("X-A", "a\r\nX-B: c");
      else request.target = "/a HTTP/1.1\r\nX-B: c";
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
  CHECK(accepted == before);       // back-pressure: socket buffers are full and nobody reads on
  CHECK(before < (64U << 20U));
  client.close_with_reset();
  sender.join();                   // the cancel reaches the backend
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
    CHECK(body_of(answer) == R"({"error":"bad_gateway","error_description":"the backend cannot be reached"})");
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
