// The outbound StreamingClient on the io threads' own sockets, TLS and kept-alive connections, with the guards of
// LoopHttpClient. A stream belongs to the io thread that opened it.
#pragma once

#include <memory>

#include "core/http/streaming_client.hpp"
#include "proxy/io_pool.hpp"

namespace vmcpauth::proxy {

class TlsContexts;

class LoopStreamingClient final : public http::StreamingClient {
 public:
  // The pool outlives the client.
  explicit LoopStreamingClient(IoPool& pool);
  ~LoopStreamingClient() override;

  // From any thread; off the io threads the work is done on one of them and the task resumes there.
  [[nodiscard]] Task<Result<std::unique_ptr<http::ResponseStream>>> open(http::StreamRequest request) override;

 private:
  IoPool& pool_;
  std::unique_ptr<TlsContexts> tls_;
};

}  // namespace vmcpauth::proxy
