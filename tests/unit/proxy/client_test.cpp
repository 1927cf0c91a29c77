// The outbound client against an HTTP(S) server of another make (cpp-httplib) and against raw sockets that misbehave.
#include <httplib.h>

#include <thread>

#include "proxy/http_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/proxy/served.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

constexpr http::PeerPolicy kLoopback{.allow_private_addresses = false, .allow_loopback = true, .allow_http = false, .ca_bundle_path = std::nullopt};

struct Client {
  proxy::IoPool pool{{.threads = 1, .blocking_threads = 2, .sweep = std::chrono::milliseconds(10)}};
  proxy::AsioHttpClient client{pool};

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

}  // namespace

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

TEST_CASE("http client: TLS peers are verified, and the error says what was wrong") {
  TempDir folder;
  TestAuthority authority(folder.path());
  struct Case {
    const char* name;
    CertificateFiles files;
    bool trusted;
    const char* error;  // "" = works
  };
  const Case cases[] = {
      {"good", authority.issue("good", "DNS:localhost"), true, ""},
      {"good by address", authority.issue("address", "DNS:localhost,IP:127.0.0.1"), true, ""},
      {"another name", authority.issue("other", "DNS:example.org"), true, "certificate verify failed: hostname mismatch"},
      {"a name that only begins like ours", authority.issue("prefix", "DNS:localhost.example.org"), true, "certificate verify failed: hostname mismatch"},
      {"expired", authority.issue("expired", "DNS:localhost", -1), true, "certificate verify failed: certificate has expired"},
      {"self-signed", authority.self_signed("self", "DNS:localhost"), true, "certificate verify failed: self-signed certificate"},
      {"unknown authority", authority.issue("unknown", "DNS:localhost"), false, "certificate verify failed: unable to get local issuer certificate"},
  };
  Client client;
  for (const auto& c : cases) {
    INFO(c.name);
    Running<httplib::SSLServer> peer(c.files.certificate.c_str(), c.files.key.c_str());
    auto policy = kLoopback;
    if (c.trusted) policy.ca_bundle_path = authority.bundle();
    const auto answer = client.get("https://localhost:" + std::to_string(peer.port) + "/hello", policy);
    if (*c.error == '\0') {
      REQUIRE(answer);
      CHECK(answer->body == "hello");
      continue;
    }
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == ErrorCode::Unreachable);
    CHECK(http::to_lower(answer.error().message()) == "tls with localhost:" + std::to_string(peer.port) + " failed: " + c.error);
  }
  Running<httplib::SSLServer> peer(cases[1].files.certificate.c_str(), cases[1].files.key.c_str());
  auto policy = kLoopback;
  policy.ca_bundle_path = authority.bundle();
  for (int i = 0; i < 3; ++i) {  // again with a remembered session
    const auto answer = client.get("https://127.0.0.1:" + std::to_string(peer.port) + "/hello", policy);
    REQUIRE(answer);
    CHECK(answer->body == "hello");
  }
  policy.ca_bundle_path = folder.path() / "missing.pem";
  const auto missing = client.get("https://127.0.0.1:" + std::to_string(peer.port) + "/hello", policy);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code() == ErrorCode::InvalidConfig);
}

TEST_CASE("http client: a server that speaks no TLS is a TLS error") {
  RawListener listener;
  std::thread talker([&] {
    auto peer = listener.accept();
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    static_cast<void>(peer.take_rest(1s));
  });
  Client client;
  const auto answer = client.get("https://127.0.0.1:" + std::to_string(listener.port()) + "/");
  talker.join();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == ErrorCode::Unreachable);
  CHECK(answer.error().message().find("TLS with 127.0.0.1:") == 0);
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

TEST_CASE("forward: https backends are verified like any other peer") {
  TempDir folder;
  TestAuthority authority(folder.path());
  const auto good = authority.issue("good", "IP:127.0.0.1");
  const auto bad = authority.issue("bad", "DNS:example.org");
  for (const bool trusted : {true, false}) {
    const auto& files = trusted ? good : bad;
    Running<httplib::SSLServer> peer(files.certificate.c_str(), files.key.c_str());
    proxy::BackendSettings settings{.name = "tls", .url = *Url::parse("https://127.0.0.1:" + std::to_string(peer.port))};
    settings.peer.ca_bundle_path = authority.bundle();
    const auto backend = proxy::Backend::make(std::move(settings));
    REQUIRE(backend);
    FunctionHandler handler([&](Exchange& exchange) -> Task<void> {
      proxy::ForwardRequest request;
      request.backend = *backend;
      request.target = exchange.head().path;
      const auto summary = co_await exchange.forward(std::move(request));
      static_cast<void>(summary);
    });
    Served served(handler);
    auto client = served.connect();
    const std::string body(500'000, 'z');
    for (int i = 0; i < 3; ++i) {
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
      const auto answer = client.take_message();
      CHECK(status_of(answer) == (trusted ? 200 : 502));
      if (!trusted) break;
      CHECK(body_of(answer) == body);
    }
  }
  proxy::BackendSettings settings{.name = "tls", .url = *Url::parse("https://127.0.0.1:1")};
  settings.peer.ca_bundle_path = folder.path() / "missing.pem";
  CHECK_FALSE(proxy::Backend::make(std::move(settings)));
}
