#include <thread>

#include "tests/support/catch.hpp"
#include "tests/unit/proxy/served.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

constexpr const char* kGet = "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n";

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("server: answers a request and keeps the connection") {
  ServedEcho echo;
  auto client = echo.served.connect();
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    const auto answer = client.take_message();
    CHECK(status_of(answer) == 200);
    CHECK(body_of(answer) == "GET /a b=c x ");
    CHECK(answer.find("\r\nDate: ") != std::string::npos);
    CHECK(answer.find("Connection: close") == std::string::npos);
  }
}

TEST_CASE("server: requests sent at once are answered in order, bodies included") {
  ServedEcho echo;
  auto client = echo.served.connect();
  client.send(
      "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nonePOST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1\r\nt\r\n2\r\nwo\r\n0\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(body_of(client.take_message()) == "POST /1  x one");
  CHECK(body_of(client.take_message()) == "POST /2  x two");
  CHECK(body_of(client.take_message()) == "GET /3  x ");
}

TEST_CASE("server: a request is the same however it is cut into packets") {
  ServedEcho echo;
  const std::string request = "POST /cut?q HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nT: t\r\n\r\n";
  for (std::size_t at = 1; at < request.size(); at += 5) {
    auto client = echo.served.connect();
    client.send(request.substr(0, at));
    std::this_thread::yield();
    client.send(request.substr(at));
    CHECK(body_of(client.take_message()) == "POST /cut q h abcd");
  }
}

TEST_CASE("server: refuses what two readers could read differently, and closes") {
  struct Case {
    const char* name;
    std::string request;
    int status;
  };
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const Case cases[] = {
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
      {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"Host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
      {"Host with user information", "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n", 400},
      {"Host with a bad port", "GET / HTTP/1.1\r\nHost: x:8a\r\n\r\n", 400},
      {"two Authorizations", "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n", 400},
      {"two Origins", "GET / HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\nOrigin: http://b\r\n\r\n", 400},
      {"obs-fold", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400},
      {"folded first field", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      {"space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"no colon", "GET / HTTP/1.1\r\nHost: x\r\nabc\r\n\r\n", 400},
      {"empty name", "GET / HTTP/1.1\r\nHost: x\r\n: v\r\n\r\n", 400},
      {"name that is no token", "GET / HTTP/1.1\r\nHost: x\r\na(b: v\r\n\r\n", 400},
      {"bare LF", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
      {"bare LF in a field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\nAuthorization: Bearer stolen\r\n\r\n", 400},
      {"bare CR in a field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rAuthorization: Bearer stolen\r\n\r\n", 400},
      {"NUL in a field", std::string("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 35), 400},
      {"DEL in a field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\x7F\r\n\r\n", 400},
      {"method that is no token", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"unknown method", "FROB / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"HTTP/2", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"no version", "GET /\r\nHost: x\r\n\r\n", 400},
      {"version with a space", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
      {"space in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"tab in the request line", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"byte above ASCII in the target", "GET /\xC3\xA9 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"relative target", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"star for GET", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"foreign scheme", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"absolute-form with user information", "GET http://a@x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"CL and TE", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"two lengths that differ", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {"two lengths that agree", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
      {"a list of lengths", post + "Content-Length: 3, 3\r\n\r\nabc", 400},
      {"signed length", post + "Content-Length: +3\r\n\r\nabc", 400},
      {"negative length", post + "Content-Length: -3\r\n\r\n", 400},
      {"hexadecimal length", post + "Content-Length: 0x3\r\n\r\n", 400},
      {"huge length", post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"empty length", post + "Content-Length:\r\n\r\n", 400},
      {"unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"two codings", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"chunked twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"chunked not last", post + "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
      {"disguised coding", post + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {"coding in HTTP/1.0", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"unknown expectation", post + "Expect: magic\r\nContent-Length: 0\r\n\r\n", 417},
  };
  ServedEcho echo;
  for (const auto& c : cases) {
    INFO(c.name);
    auto client = echo.served.connect();
    client.send(c.request);
    const auto answer = client.take_message();
    CHECK(status_of(answer) == c.status);
    CHECK(answer.find("Connection: close") != std::string::npos);
    client.close_write();
    CHECK(client.sees_close());
  }
}

TEST_CASE("server: refuses chunk games") {
  struct Case {
    const char* name;
    std::string body;
  };
  const Case cases[] = {
      {"no size", "\r\nabc\r\n0\r\n\r\n"},
      {"no number", "xyz\r\n"},
      {"sign", "+3\r\nabc\r\n0\r\n\r\n"},
      {"prefix", "0x3\r\nabc\r\n0\r\n\r\n"},
      {"space before the size", " 3\r\nabc\r\n0\r\n\r\n"},
      {"space after the size", "3 \r\nabc\r\n0\r\n\r\n"},
      {"overflow", "ffffffffffffffff1\r\nabc"},
      {"zero padding without end", std::string(64, '0') + "3\r\nabc"},
      {"bare LF after the size", "3\nabc\r\n0\r\n\r\n"},
      {"bare CR after the size", "3\rabc\r\n0\r\n\r\n"},
      {"chunk longer than its size", "3\r\nabcd\r\n0\r\n\r\n"},
      {"bare LF after the chunk", "3\r\nabc\n0\r\n\r\n"},
      {"control character in an extension", "3;a=\x01\r\nabc\r\n0\r\n\r\n"},
      {"LF in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n"},
      {"endless extension", "3;" + std::string(20'000, 'a') + "\r\nabc\r\n0\r\n\r\n"},
      {"many extensions", repeat("1;" + std::string(400, 'a') + "\r\nx\r\n", 60) + "0\r\n\r\n"},
      {"folded trailer", "0\r\n a\r\n\r\n"},
      {"endless trailers", "0\r\n" + repeat("A: b\r\n", 3000) + "\r\n"},
      {"bare LF at the end", "0\r\n\n"},
  };
  ServedEcho echo;
  for (const auto& c : cases) {
    INFO(c.name);
    auto client = echo.served.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + c.body);
    CHECK(status_of(client.take_message()) == 400);
    client.close_write();
    CHECK(client.sees_close());
  }
}

TEST_CASE("server: percent-encoded line ends stay what they are") {
  ServedEcho echo;
  const auto answer = echo.served.ask("GET /a%0d%0aAuthorization:%20x?b=%0d%0a HTTP/1.1\r\nHost: x\r\nX-A: a%0d%0aAuthorization: Bearer x\r\n\r\n");
  CHECK(body_of(answer) == "GET /a%0d%0aAuthorization:%20x b=%0d%0a x ");
}

TEST_CASE("server: the head is bounded in size, count and line length") {
  ServedEcho echo;
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n";
  CHECK(status_of(echo.served.ask(get + repeat("A: b\r\n", 99) + "\r\n")) == 200);
  CHECK(status_of(echo.served.ask(get + repeat("A: b\r\n", 100) + "\r\n")) == 431);
  CHECK(status_of(echo.served.ask(get + "A: " + std::string(60'000, 'a') + "\r\n\r\n")) == 200);
  CHECK(status_of(echo.served.ask(get + "A: " + std::string(70'000, 'a') + "\r\n\r\n")) == 431);
  CHECK(status_of(echo.served.ask("GET /" + std::string(8'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n")) == 200);
  CHECK(status_of(echo.served.ask("GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n")) == 414);
  CHECK(status_of(echo.served.ask(get + "A: " + std::string(1U << 20U, 'a') + "\r\n\r\n")) == 431);
}

TEST_CASE("server: headers without end are cut off") {
  ServedEcho echo;
  auto client = echo.served.connect();
  client.send("GET / HTTP/1.1\r\nHost: x\r\n");
  bool accepted = true;
  for (int i = 0; i < 100'000 && accepted; ++i) accepted = client.send("A: b\r\n");
  CHECK(status_of(client.take_message()) == 431);
}

TEST_CASE("server: a body one byte over the route's bound is 413") {
  ServedEcho echo;
  const std::string bound(64U << 10U, 'b');
  const auto post = [&](const std::string& body) {
    return echo.served.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  CHECK(status_of(post(bound)) == 200);
  CHECK(status_of(post(bound + "b")) == 413);
  const auto chunked = [&](const std::string& body) {
    return echo.served.ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n" + body.substr(0, 0x8000) + "\r\n8001\r\n" +
                           body.substr(0, 0x8001) + "\r\n0\r\n\r\n");
  };
  CHECK(status_of(chunked(bound)) == 413);
}

TEST_CASE("server: slow heads and slow bodies meet a deadline, dripping does not help") {
  ServedEcho echo;
  const auto drip = [&](const std::string& text) {
    auto client = echo.served.connect();
    client.send(text.substr(0, text.size() - 40));
    for (std::size_t i = text.size() - 40; i < text.size(); ++i) {
      std::this_thread::sleep_for(25ms);
      if (!client.send(text.substr(i, 1))) break;
    }
    return client.take_message();
  };
  CHECK(status_of(drip("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(60, 'a'))) == 408);
  CHECK(status_of(drip("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + std::string(60, 'b'))) == 408);
}

TEST_CASE("server: an idle connection is closed without a word") {
  auto options = quick_options();
  options.idle_timeout = 100ms;
  ServedEcho echo(options);
  auto client = echo.served.connect();
  CHECK(client.take_rest(2s).empty());
  auto kept = echo.served.connect();
  kept.send(kGet);
  CHECK(status_of(kept.take_message()) == 200);
  CHECK(kept.take_rest(2s).empty());
}

TEST_CASE("server: HEAD, 204 and errors are framed as RFC 9110 says") {
  FunctionHandler handler([](Exchange& exchange) -> Task<void> {
    http::Response response = http::Response::text(exchange.head().path == "/empty" ? 204 : 200, "body");
    const auto sent = co_await exchange.respond(std::move(response));
    static_cast<void>(sent);
  });
  Served served(handler);
  auto client = served.connect();
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET /empty HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.take_until("\r\n\r\n");
  CHECK(head.find("Content-Length: 4") != std::string::npos);
  const auto empty = client.take_until("\r\n\r\n");
  CHECK(status_of(empty) == 204);
  CHECK(empty.find("Content-Length") == std::string::npos);
  CHECK(body_of(client.take_message()) == "body");
}

TEST_CASE("server: Expect: 100-continue gets its 100 when the body is wanted, and only then") {
  ServedEcho echo;
  auto client = echo.served.connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(client.take_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ab");
  CHECK(body_of(client.take_message()) == "POST /  x ab");
  auto big = echo.served.connect();
  big.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
  CHECK(status_of(big.take_message()) == 413);
}

TEST_CASE("server: absolute-form names the host, HTTP/1.0 closes, OPTIONS * is a request") {
  ServedEcho echo;
  CHECK(body_of(echo.served.ask("GET http://other:81?q HTTP/1.1\r\nHost: x\r\n\r\n")) == "GET / q other:81 ");
  CHECK(body_of(echo.served.ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")) == "OPTIONS *  x ");
  auto old = echo.served.connect();
  old.send("GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
  CHECK(old.take_message().find("Connection: close") != std::string::npos);
  CHECK(old.sees_close());
  CHECK(body_of(echo.served.ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")) == "GET /  x ");
  CHECK(body_of(echo.served.ask("\r\nGET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")) == "GET /  [::1]:80 ");
}

TEST_CASE("server: connections over the limit get 503") {
  auto options = quick_options();
  options.max_connections = 2;
  ServedEcho echo(options);
  auto a = echo.served.connect();
  auto b = echo.served.connect();
  a.send(kGet);
  b.send(kGet);
  CHECK(status_of(a.take_message()) == 200);
  CHECK(status_of(b.take_message()) == 200);
  CHECK(status_of(echo.served.ask(kGet)) == 503);
}

TEST_CASE("server: a handler cannot inject header lines, and one that says nothing makes a 500") {
  FunctionHandler handler([](Exchange& exchange) -> Task<void> {
    if (exchange.head().path == "/silent") co_return;
    if (exchange.head().path == "/throws") throw std::runtime_error("boom");
    http::Response response = http::Response::text(200, "x");
    response.headers.set("X-A", "a\r\nSet-Cookie: b");
    const auto sent = co_await exchange.respond(std::move(response));
    static_cast<void>(sent);
  });
  Served served(handler);
  for (const char* path : {"/silent", "/throws", "/inject"}) {
    INFO(path);
    const auto answer = served.ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(status_of(answer) == 500);
    CHECK(answer.find("Set-Cookie") == std::string::npos);
  }
}

TEST_CASE("server: streams are flushed piece by piece and end when the client leaves") {
  std::atomic<bool> left{false};
  FunctionHandler handler([&](Exchange& exchange) -> Task<void> {
    http::Response head = http::Response::text(200, "data: 0\n\n");
    head.headers.set("Content-Type", "text/event-stream");
    const auto begun = co_await exchange.begin_stream(std::move(head));
    if (!begun) co_return;
    const auto sent = co_await exchange.send_piece("data: 1\n\n");
    static_cast<void>(sent);
    bool here = true;
    while (here) here = co_await exchange.idle(1000ms);
    left = true;
    left.notify_all();
  });
  Served served(handler);
  auto client = served.connect();
  client.send(kGet);
  CHECK(client.take_until("data: 0\n\n").find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK_FALSE(client.take_until("data: 1\n\n").empty());
  CHECK_FALSE(left);
  client.close();
  left.wait(false);
}

TEST_CASE("server: drain finishes what is in flight, closes idle connections and refuses new ones") {
  std::atomic<bool> inside{false}, release{false};
  FunctionHandler handler([&](Exchange& exchange) -> Task<void> {
    inside = true;
    inside.notify_all();
    while (!release) {
      const bool here = co_await exchange.idle(5ms);
      if (!here && !release) std::this_thread::sleep_for(1ms);
    }
    const auto sent = co_await exchange.respond(http::Response::text(200, "done"));
    static_cast<void>(sent);
  });
  Served served(handler);
  auto idle = served.connect();
  auto busy = served.connect();
  busy.send(kGet);
  inside.wait(false);
  bool polite = false;
  std::thread drainer([&] { polite = served.server.drain(5s); });
  CHECK(idle.sees_close());
  release = true;
  const auto answer = busy.take_message();
  CHECK(body_of(answer) == "done");
  CHECK(answer.find("Connection: close") != std::string::npos);
  drainer.join();
  CHECK(polite);
  CHECK_THROWS(RawPeer::connect(served.port));
}

TEST_CASE("listen socket: a taken port is an error that says so") {
  RawListener taken;
  const auto socket = proxy::ListenSocket::open("127.0.0.1", taken.port(), 2);
  REQUIRE_FALSE(socket);
  CHECK(socket.error().code() == ErrorCode::Io);
  CHECK(socket.error().message() == "cannot listen on 127.0.0.1:" + std::to_string(taken.port()) + ": address already in use");
  auto ours = proxy::ListenSocket::open("127.0.0.1", 0, 2);
  REQUIRE(ours);
  CHECK(ours->port() != 0);
  CHECK_FALSE(proxy::ListenSocket::open("127.0.0.1", ours->port(), 2));
  CHECK_FALSE(proxy::ListenSocket::open("example.org", 0, 1));
}
