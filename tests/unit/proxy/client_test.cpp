// The outbound client against an HTTP server of another make (cpp-httplib) and against raw sockets that misbehave.
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/proxy/outbound.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

TEST_CASE("http client: speaks to a server of another make") {
  Running<httplib::Server> peer;
  Client client;
  const std::string origin = "http://127.0.0.1:" + std::to_string(peer.port);
  const auto hello = client.get(origin + "/hello");
  REQUIRE(hello);
  CHECK(hello->status == 200);
  CHECK(hello->body == "hello");
  const auto chunks = client.get(origin + "/chunks");
  REQUIRE(chunks);
  CHECK(chunks->body == "chunkchunkchunkchunkchunk");
  CHECK(client.get(origin + "/missing")->status == 404);
  const std::string big(300'000, 'b');
  const auto echo =
      client.send({.method = "POST", .url = *Url::parse(origin + "/echo"), .headers = {{"Content-Type", "text/plain"}}, .body = big, .peer = kLoopback});
  REQUIRE(echo);
  CHECK(echo->body == big);
}

TEST_CASE("http client: many calls at once from one thread") {
  Running<httplib::Server> peer;
  Client client;
  std::atomic<int> good{0};
  std::atomic<int> done{0};
  for (int i = 0; i < 50; ++i) {
    client.pool.executor(0).post([&] {
      start(client.client.send({.url = *Url::parse("http://localhost:" + std::to_string(peer.port) + "/hello"), .peer = kLoopback, .timeout = 60s}),
            [&](auto response) {
              if (response && response->body == "hello") ++good;
              ++done;
              done.notify_all();
            });
    });
  }
  for (int seen = 0; seen < 50; seen = done) done.wait(seen);
  CHECK(good == 50);
}

TEST_CASE("http client: the peer policy is asked about the address that is connected to") {
  RawListener listener;
  const std::string port = std::to_string(listener.port());
  Client client;
  const http::PeerPolicy strict{};
  for (const std::string& url : {"http://127.0.0.1:" + port, "http://localhost:" + port, "https://127.0.0.1:" + port, std::string("https://[::1]:9"),
                                 std::string("https://10.0.0.1"), std::string("https://169.254.169.254/latest"), std::string("https://[::ffff:127.0.0.1]:9"),
                                 std::string("https://[64:ff9b::7f00:1]:9"), std::string("https://0.0.0.0:9")}) {
    INFO(url);
    const auto answer = client.get(url, strict);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == ErrorCode::BlockedAddress);
  }
  CHECK_FALSE(listener.try_accept(30ms));
  const auto plain = client.get("http://192.0.2.1:9/", {.allow_private_addresses = true, .allow_loopback = true, .allow_http = false});
  REQUIRE_FALSE(plain);
  CHECK(plain.error().message() == "plain http to 192.0.2.1:9 is not allowed");
}

TEST_CASE("http client: errors name what failed and where") {
  Client client;
  {
    RawListener listener;
    const auto port = listener.port();
    listener.close();
    const auto answer = client.get("http://127.0.0.1:" + std::to_string(port));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == ErrorCode::Unreachable);
    CHECK(answer.error().message() == "cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
  }
  const auto unknown = client.get("http://no-such-host.invalid/");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code() == ErrorCode::Unreachable);
  CHECK(unknown.error().message().find("cannot resolve host no-such-host.invalid: ") == 0);
}

TEST_CASE("http client: peers that hang, drip, break off, overflow or talk nonsense") {
  struct Case {
    const char* name;
    std::string response;
    bool closes;
    ErrorCode code;
  };
  const Case cases[] = {
      {"hangs", "", false, ErrorCode::Timeout},
      {"hangs in the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", false, ErrorCode::Timeout},
      {"says nothing", "", true, ErrorCode::BadResponse},
      {"breaks off", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", true, ErrorCode::BadResponse},
      {"breaks off in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", true, ErrorCode::BadResponse},
      {"talks nonsense", "hello\r\n\r\n", false, ErrorCode::BadResponse},
      {"head without end", "HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'a'), false, ErrorCode::BadResponse},
      {"announces too much", "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", false, ErrorCode::TooLarge},
      {"sends too much", "HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'a'), false, ErrorCode::TooLarge},
      {"switches protocols", "HTTP/1.1 101 X\r\n\r\n", false, ErrorCode::BadResponse},
  };
  Client client;
  for (const auto& c : cases) {
    INFO(c.name);
    RawListener listener;
    std::thread talker([&] {
      auto peer = listener.accept();
      static_cast<void>(peer.take_until("\r\n\r\n"));
      peer.send(c.response);
      if (!c.closes) static_cast<void>(peer.take_rest(3s));
    });
    const auto answer =
        client.send({.url = *Url::parse(listener.origin()), .peer = kLoopback, .timeout = std::chrono::milliseconds(200), .max_response_bytes = 1000});
    talker.join();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == c.code);
  }
}

TEST_CASE("http client: redirects are followed only when asked, for GET, and by the same policy") {
  RawListener first, second;
  Client client;
  const auto serve = [](RawListener& listener, std::string response) {
    return std::thread([&listener, response = std::move(response)] {
      auto peer = listener.accept();
      static_cast<void>(peer.take_until("\r\n\r\n"));
      peer.send(response);
      static_cast<void>(peer.take_rest(1s));
    });
  };
  const auto redirect = [](const std::string& where) { return response_with("", "Location: " + where + "\r\n", 302); };
  const auto request = [&](int redirects, const char* method = "GET") {
    return http::ClientRequest{
        .method = method, .url = *Url::parse(first.origin()), .headers = {{"Authorization", "Bearer x"}}, .peer = kLoopback, .max_redirects = redirects};
  };
  {
    auto a = serve(first, redirect(second.origin() + "/x"));
    const auto answer = client.send(request(0));
    a.join();
    REQUIRE(answer);
    CHECK(answer->status == 302);
  }
  {
    auto a = serve(first, redirect(second.origin() + "/x"));
    std::string seen;
    std::thread b([&] {
      auto peer = second.accept();
      seen = peer.take_until("\r\n\r\n");
      peer.send(response_with("there"));
      static_cast<void>(peer.take_rest(1s));
    });
    const auto answer = client.send(request(3));
    a.join();
    b.join();
    REQUIRE(answer);
    CHECK(answer->body == "there");
    CHECK(seen.find("Authorization") == std::string::npos);  // another origin
  }
  for (const char* where : {"http://10.0.0.1/", "ftp://x/", "//x/y", "relative", "http://a@127.0.0.1/"}) {
    INFO(where);
    auto a = serve(first, redirect(where));
    const auto answer = client.send(request(3));
    a.join();
    REQUIRE_FALSE(answer);
    CHECK((answer.error().code() == ErrorCode::BlockedAddress || answer.error().code() == ErrorCode::BadResponse));
  }
  {
    auto a = serve(first, redirect(second.origin()));
    const auto answer = client.send(request(3, "POST"));
    a.join();
    REQUIRE(answer);
    CHECK(answer->status == 302);
  }
}

TEST_CASE("http client: a request that could break its own lines is not sent") {
  RawListener listener;
  Client client;
  const auto answer = client.send({.url = *Url::parse(listener.origin()), .headers = {{"X-A", "a\r\nX-B: c"}}, .peer = kLoopback});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == ErrorCode::InvalidInput);
  CHECK_FALSE(listener.try_accept(30ms));
}
