// The outbound HttpClient on the io threads' own sockets and TLS. Every name is resolved once a connection and the
// PeerPolicy is asked about the very address that is connected to, so that a name cannot be rebound in between.
#pragma once

#include <memory>

#include "core/http/client.hpp"
#include "proxy/io_pool.hpp"

namespace vmcpauth::proxy {

class TlsContexts;

class LoopHttpClient final : public http::HttpClient {
 public:
  // The pool outlives the client.
  explicit LoopHttpClient(IoPool& pool);
  ~LoopHttpClient() override;

  // From any thread; off the io threads the work is done on one of them and the task resumes there.
  [[nodiscard]] Task<Result<http::ClientResponse>> send(http::ClientRequest request) override;

 private:
  [[nodiscard]] Task<Result<http::ClientResponse>> send_once(const http::ClientRequest& request, std::chrono::steady_clock::time_point deadline);
  IoPool& pool_;
  std::unique_ptr<TlsContexts> tls_;
};

}  // namespace vmcpauth::proxy
