// A StreamingClient whose answers are functions by URL prefix, and that remembers what it was asked. A body is a Feed: it
// may be complete at once or grow while the code under test reads.
#pragma once

#include <coroutine>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/http/streaming_client.hpp"

namespace vmcpauth::test {

// What a fake peer sends, chunk by chunk; a reader that waits is resumed inside push(), end() and fail().
class Feed {
 public:
  Feed() = default;
  explicit Feed(std::string whole);
  void push(std::string chunk);
  void end();
  void fail(Error error);
  // The reader destroyed its stream.
  [[nodiscard]] bool abandoned() const { return abandoned_; }

 private:
  friend class FakeResponseStream;
  void wake();
  std::deque<std::string> chunks_;
  std::optional<Error> error_;
  bool ended_ = false;
  bool abandoned_ = false;
  std::coroutine_handle<> reader_;
};

struct FakeStreamAnswer {
  int status = 200;
  http::Headers headers;
  std::shared_ptr<Feed> body;

  [[nodiscard]] static FakeStreamAnswer complete(int status, std::string content_type, std::string body);
  // text/event-stream, growing through the feed.
  [[nodiscard]] static FakeStreamAnswer events(std::shared_ptr<Feed> feed);
};

class FakeStreamingClient final : public http::StreamingClient {
 public:
  using Answer = std::function<Result<FakeStreamAnswer>(const http::StreamRequest&)>;

  // The longest registered URL prefix answers; without one: Unreachable.
  void on(std::string url_prefix, Answer answer);

  [[nodiscard]] Task<Result<std::unique_ptr<http::ResponseStream>>> open(http::StreamRequest request) override;

  std::vector<http::StreamRequest> requests;

 private:
  std::vector<std::pair<std::string, Answer>> answers_;
};

}  // namespace vmcpauth::test
