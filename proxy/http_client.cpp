#include "proxy/http_client.hpp"

#include "proxy/client_call.hpp"
#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {
namespace {

bool is_redirect(int status) noexcept { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

// Where a redirect of a GET leads: an absolute URL or an absolute path.
Result<Url> redirect_target(const Url& from, const http::ClientResponse& response) {
  const auto location = response.headers.get("location");
  if (!location || response.headers.count("location") > 1) return fail(ErrorCode::BadResponse, from.authority() + " redirects nowhere");
  const bool path = location->starts_with('/') && !location->starts_with("//");
  auto target = Url::parse(path ? from.origin() + std::string(*location) : std::string(*location));
  if (!target) return fail(ErrorCode::BadResponse, from.authority() + " redirects to what is no absolute URL");
  if (from.is_https() && !target->is_https()) return fail(ErrorCode::BadResponse, from.authority() + " redirects from https to http");
  return target;
}

}  // namespace

LoopHttpClient::LoopHttpClient(IoPool& pool) : pool_(pool), tls_(std::make_unique<TlsContexts>()) {}
LoopHttpClient::~LoopHttpClient() = default;

Task<Result<http::ClientResponse>> LoopHttpClient::send(http::ClientRequest request) {
  if (IoThread::current() == nullptr) co_await ResumeOn{pool_.executor(0)};
  const auto deadline = std::chrono::steady_clock::now() + request.timeout;
  for (int hops = 0;; ++hops) {
    CO_TRY(auto response, co_await send_once(request, deadline));
    const bool follow = request.max_redirects > 0 && request.method == "GET" && is_redirect(response.status);
    if (!follow) co_return response;
    if (hops == request.max_redirects) co_return fail(ErrorCode::BadResponse, request.url.authority() + " redirects too often");
    CO_TRY(auto target, redirect_target(request.url, response));
    if (target.origin() != request.url.origin()) {
      request.headers.remove("authorization");
      request.headers.remove("cookie");
    }
    request.url = std::move(target);
  }
}

Task<Result<http::ClientResponse>> LoopHttpClient::send_once(const http::ClientRequest& request, std::chrono::steady_clock::time_point deadline) {
  std::shared_ptr<TlsContext> tls;
  if (request.url.is_https()) {
    CO_TRY(tls, tls_->get(request.peer));
  }
  CO_TRY(const auto bytes, client_request_bytes({.method = request.method, .url = request.url, .headers = request.headers, .body = request.body}));
  ClientCall call({request.url.host(), request.url.port(), request.peer, std::move(tls)}, request.method);
  CO_TRY_VOID(co_await call.open(deadline));
  CO_TRY_VOID(co_await call.send(bytes, deadline));
  const auto too_large = [&] { return fail(ErrorCode::TooLarge, call.where() + " sent more than " + std::to_string(request.max_response_bytes) + " bytes"); };
  const auto& framing = call.head().body;
  if (framing.kind() == BodyDecoder::Kind::Length && framing.announced() > request.max_response_bytes) co_return too_large();
  http::ClientResponse response{call.head().status, call.head().headers, {}};
  while (true) {
    CO_TRY(auto chunk, co_await call.read(deadline));
    if (!chunk) break;
    if (response.body.size() + chunk->size() > request.max_response_bytes) co_return too_large();
    response.body += *chunk;
  }
  co_return response;
}

}  // namespace vmcpauth::proxy
