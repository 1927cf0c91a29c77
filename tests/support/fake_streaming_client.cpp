#include "tests/support/fake_streaming_client.hpp"

#include <algorithm>
#include <utility>

namespace vmcpauth::test {

Feed::Feed(std::string whole) {
  if (!whole.empty()) chunks_.push_back(std::move(whole));
  ended_ = true;
}

void Feed::push(std::string chunk) {
  chunks_.push_back(std::move(chunk));
  wake();
}

void Feed::end() {
  ended_ = true;
  wake();
}

void Feed::fail(Error error) {
  error_ = std::move(error);
  wake();
}

void Feed::wake() {
  if (const auto reader = std::exchange(reader_, nullptr)) reader.resume();
}

class FakeResponseStream final : public http::ResponseStream {
 public:
  FakeResponseStream(FakeStreamAnswer answer, Cancellation cancellation)
      : ResponseStream(answer.status, std::move(answer.headers)), feed_(std::move(answer.body)), cancellation_(std::move(cancellation)) {
    on_cancel_ = cancellation_.on_cancel([feed = feed_] { feed->wake(); });
  }
  ~FakeResponseStream() override { feed_->abandoned_ = true; }

  [[nodiscard]] Task<Result<std::optional<std::string>>> read() override {
    while (true) {
      if (cancellation_.cancelled()) co_return vmcpauth::fail(ErrorCode::Cancelled, "the call was cancelled");
      if (!feed_->chunks_.empty()) {
        std::optional<std::string> chunk(std::move(feed_->chunks_.front()));
        feed_->chunks_.pop_front();
        co_return chunk;
      }
      if (feed_->error_) co_return std::unexpected(*feed_->error_);
      if (feed_->ended_) co_return std::optional<std::string>();
      co_await Wait{*feed_};
    }
  }

 private:
  struct Wait {
    Feed& feed;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) const { feed.reader_ = handle; }
    void await_resume() const noexcept {}
  };
  std::shared_ptr<Feed> feed_;
  Cancellation cancellation_;
  Cancellation::Registration on_cancel_;
};

FakeStreamAnswer FakeStreamAnswer::complete(int status, std::string content_type, std::string body) {
  return {.status = status, .headers = {{"Content-Type", std::move(content_type)}}, .body = std::make_shared<Feed>(std::move(body))};
}

FakeStreamAnswer FakeStreamAnswer::events(std::shared_ptr<Feed> feed) {
  return {.status = 200, .headers = {{"Content-Type", "text/event-stream"}}, .body = std::move(feed)};
}

void FakeStreamingClient::on(std::string url_prefix, Answer answer) {
  std::erase_if(answers_, [&](const auto& entry) { return entry.first == url_prefix; });
  answers_.emplace_back(std::move(url_prefix), std::move(answer));
}

Task<Result<std::unique_ptr<http::ResponseStream>>> FakeStreamingClient::open(http::StreamRequest request) {
  requests.push_back(request);
  const Answer* best = nullptr;
  std::size_t length = 0;
  for (const auto& [prefix, answer] : answers_) {
    if (request.url.text().starts_with(prefix) && prefix.size() >= length) {
      best = &answer;
      length = prefix.size();
    }
  }
  if (best == nullptr) co_return fail(ErrorCode::Unreachable, "nothing answers at " + request.url.text());
  auto answer = (*best)(request);
  if (!answer) co_return std::unexpected(std::move(answer).error());
  std::unique_ptr<http::ResponseStream> stream = std::make_unique<FakeResponseStream>(*std::move(answer), request.cancellation);
  co_return stream;
}

}  // namespace vmcpauth::test
