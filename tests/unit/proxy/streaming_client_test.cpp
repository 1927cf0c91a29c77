// The streaming client against raw sockets that send bit by bit, stop, lie and leave.
#include "proxy/streaming_client.hpp"

#include <future>

#include "tests/support/catch.hpp"
#include "tests/unit/proxy/served.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

struct Outcome {
  std::optional<ErrorCode> error;
  int status = 0;
  std::vector<std::string> chunks;
};

struct Streams {
  proxy::IoPool pool{{.threads = 1, .blocking_threads = 2, .sweep = std::chrono::milliseconds(10)}};
  proxy::LoopStreamingClient client{pool};
  RawListener peer;

  [[nodiscard]] http::StreamRequest request() const {
    return {.url = *Url::parse(peer.origin() + "/mcp"), .headers = {{"Content-Type", "application/json"}}, .body = "{}", .peer = {.allow_loopback = true}};
  }
  // The chunks are told to `seen` as they come.
  Task<Outcome> follow(http::StreamRequest request, std::function<void(const std::string&)> seen) {
    Outcome out;
    auto stream = co_await client.open(std::move(request));
    if (!stream) {
      out.error = stream.error().code();
      co_return out;
    }
    out.status = (*stream)->status();
    while (true) {
      auto chunk = co_await (*stream)->read();
      if (!chunk) out.error = chunk.error().code();
      if (!chunk || !*chunk) co_return out;
      out.chunks.push_back(**chunk);
      if (seen) seen(**chunk);
    }
  }
  std::future<Outcome> start_following(http::StreamRequest request, std::function<void(const std::string&)> seen = {}) {
    return std::async(std::launch::async,
                      [this, request = std::move(request), seen = std::move(seen)]() mutable { return pool.run(follow(std::move(request), std::move(seen))); });
  }
};

constexpr std::string_view kChunkedHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("streaming client: gives every chunk when it comes, and keeps the connection for the next call") {
  Streams streams;
  std::promise<void> first;
  auto outcome = streams.start_following(streams.request(), [&, told = false](const std::string&) mutable {
    if (!std::exchange(told, true)) first.set_value();
  });
  auto connection = streams.peer.accept();
  CHECK(connection.take_message().find("connection: close") == std::string::npos);
  connection.send(std::string(kChunkedHead) + "5\r\nfirst\r\n");
  REQUIRE(first.get_future().wait_for(5s) == std::future_status::ready);
  connection.send("6\r\nsecond\r\n0\r\n\r\n");
  const auto done = outcome.get();
  CHECK_FALSE(done.error);
  CHECK(done.chunks == std::vector<std::string>{"first", "second"});

  auto again = streams.start_following(streams.request());
  CHECK_FALSE(connection.take_message().empty());
  connection.send(response_with("whole"));
  CHECK(again.get().chunks == std::vector<std::string>{"whole"});
}

TEST_CASE("streaming client: cancelling ends a read and an open, and closes the connection") {
  Streams streams;
  auto request = streams.request();
  request.cancellation = Cancellation::create();
  const auto cancellation = request.cancellation;
  SECTION("while the body is awaited") {
    auto outcome = streams.start_following(request, [&](const std::string&) { cancellation.cancel(); });
    auto connection = streams.peer.accept();
    connection.take_message();
    connection.send(std::string(kChunkedHead) + "5\r\nfirst\r\n");
    CHECK(outcome.get().error == ErrorCode::Cancelled);
    CHECK(connection.sees_close());
  }
  SECTION("while the head is awaited") {
    auto outcome = streams.start_following(request);
    auto connection = streams.peer.accept();
    connection.take_message();
    cancellation.cancel();
    CHECK(outcome.get().error == ErrorCode::Cancelled);
    CHECK(connection.sees_close());
  }
  SECTION("before anything") {
    cancellation.cancel();
    CHECK(streams.start_following(request).get().error == ErrorCode::Cancelled);
    CHECK_FALSE(streams.peer.try_accept(100ms));
  }
}

TEST_CASE("streaming client: a peer that is silent, lies or leaves is an error of its own") {
  struct Case {
    std::string_view answer;
    bool leaves;
    ErrorCode want;
  };
  const auto [answer, leaves, want] = GENERATE(values<Case>({
      {"", false, ErrorCode::Timeout},
      {"", true, ErrorCode::BadResponse},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", false, ErrorCode::Timeout},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", true, ErrorCode::BadResponse},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", true, ErrorCode::BadResponse},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false, ErrorCode::BadResponse},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", false, ErrorCode::BadResponse},
      {"nonsense\r\n\r\n", false, ErrorCode::BadResponse},
  }));
  Streams streams;
  auto request = streams.request();
  request.head_timeout = std::chrono::milliseconds(300);
  request.idle_timeout = std::chrono::milliseconds(300);
  auto outcome = streams.start_following(request);
  auto connection = streams.peer.accept();
  connection.take_message();
  connection.send(answer);
  if (leaves) connection.close();
  CAPTURE(std::string(answer), leaves);
  CHECK(outcome.get().error == want);
}

TEST_CASE("streaming client: holds to the peer policy and sends no header that ends its line") {
  Streams streams;
  auto request = streams.request();
  SECTION("loopback is not allowed unless said") {
    request.peer = {};
    CHECK(streams.start_following(request).get().error == ErrorCode::BlockedAddress);
  }
  SECTION("a header with a line break") {
    request.headers.add("X-Bad", "a\r\nAuthorization: b");
    CHECK(streams.start_following(request).get().error == ErrorCode::InvalidInput);
  }
  CHECK_FALSE(streams.peer.try_accept(50ms));
}
