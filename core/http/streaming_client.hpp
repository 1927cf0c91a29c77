// The outbound port for answers that are read as they come (event streams above all): one bounded request, the head, then
// chunks until the end. The real one is proxy/'s; tests use FakeStreamingClient. HttpClient is for small complete answers.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "core/base/cancellation.hpp"
#include "core/base/error.hpp"
#include "core/base/task.hpp"
#include "core/base/url.hpp"
#include "core/http/client.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::http {

struct StreamRequest {
  std::string method = "POST";
  Url url;
  Headers headers;
  std::string body;
  PeerPolicy peer;
  std::chrono::milliseconds connect_timeout{5'000};         // name, TCP and TLS
  std::chrono::milliseconds head_timeout{30'000};           // from the connection to the response head
  std::optional<std::chrono::milliseconds> idle_timeout{};  // longest silence in the body; none = it may be silent for ever
  Cancellation cancellation{};                              // ends open() and read() with Cancelled, from any thread
};

// A response under way. Destroying it closes the connection unless the body was read to its end; never while read() runs.
class ResponseStream {
 public:
  // Chunks are at most this long; the body as a whole has no bound.
  static constexpr std::size_t kMaxChunkBytes = 128U << 10U;

  virtual ~ResponseStream() = default;
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] const Headers& headers() const noexcept { return headers_; }

  // The next bytes, never empty; nullopt at the end of the body. Timeout, Cancelled, BadResponse (broken framing, or closed
  // before the end). One call at a time, on the thread that opened it.
  [[nodiscard]] virtual Task<Result<std::optional<std::string>>> read() = 0;

 protected:
  ResponseStream(int status, Headers headers) : status_(status), headers_(std::move(headers)) {}

 private:
  int status_;
  Headers headers_;
};

class StreamingClient {
 public:
  virtual ~StreamingClient() = default;
  // Timeout, Unreachable, BlockedAddress, BadResponse, Cancelled as HttpClient::send. Any complete head is a value, whatever
  // its status. Redirects are not followed. A request is never sent twice.
  [[nodiscard]] virtual Task<Result<std::unique_ptr<ResponseStream>>> open(StreamRequest request) = 0;
};

// The rest of the body. TooLarge beyond `max_bytes`.
[[nodiscard]] Task<Result<std::string>> read_all(ResponseStream& stream, std::size_t max_bytes);

}  // namespace vmcpauth::http
