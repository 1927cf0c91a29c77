// One end of a loopback TCP connection that sends exact bytes and remembers what it received; client or fake server.
// Every wait is bounded, and what did not come in time is simply not there: tests look at received().
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vmcpauth::test {

using namespace std::chrono_literals;

class RawPeer {
 public:
  explicit RawPeer(int descriptor) : descriptor_(descriptor) {}
  [[nodiscard]] static RawPeer connect(std::uint16_t port);
  RawPeer(RawPeer&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), received_(std::move(other.received_)) {}
  RawPeer& operator=(RawPeer&&) = delete;
  ~RawPeer() { close(); }

  // Blocks until all is handed to the kernel; false when the other side is gone.
  bool send(std::string_view bytes);
  // Reads until the text appears in what was not yet taken; "" when it does not, else everything up to its end (taken).
  std::string take_until(std::string_view text, std::chrono::milliseconds at_most = 5s);
  // Exactly n bytes, fewer when they do not come.
  std::string take(std::size_t n, std::chrono::milliseconds at_most = 5s);
  // A head and, by its Content-Length or chunks, its body as they came over the wire.
  std::string take_message(std::chrono::milliseconds at_most = 5s);
  // Everything until the other side closes.
  std::string take_rest(std::chrono::milliseconds at_most = 5s);
  // Whether the other side closes (or resets) in time; what it sent before is kept.
  [[nodiscard]] bool sees_close(std::chrono::milliseconds at_most = 5s);
  [[nodiscard]] bool was_reset() const { return reset_; }
  // Nothing more came by now.
  [[nodiscard]] bool is_silent(std::chrono::milliseconds for_time = 100ms);

  void close();
  void close_with_reset();
  void close_write();

 private:
  enum class Got { Bytes, Nothing, End };
  Got fill(std::chrono::steady_clock::time_point deadline);
  int descriptor_;
  std::string received_;
  bool reset_ = false;
};

class RawListener {
 public:
  RawListener();
  ~RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // The next connection; nullopt when none comes.
  [[nodiscard]] std::optional<RawPeer> try_accept(std::chrono::milliseconds at_most = 5s);
  // The next connection; throws when none comes.
  [[nodiscard]] RawPeer accept();
  // Refuses from now on, keeping the port number known.
  void close();

 private:
  int descriptor_;
  std::uint16_t port_;
};

// "HTTP/1.1 200 OK\r\nContent-Length: …" for fake backends.
[[nodiscard]] std::string response_with(std::string_view body, std::string_view more_headers = {}, int status = 200);
// Status of a response's first line; 0 when there is none.
[[nodiscard]] int status_of(std::string_view message);
[[nodiscard]] std::string body_of(std::string_view message);

}  // namespace vmcpauth::test
