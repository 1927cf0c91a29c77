#include "proxy/exchange.hpp"

#include "core/base/json.hpp"

namespace vmcpauth::proxy {
namespace {

http::Response unreadable_body(const Error& error) {
  switch (error.code()) {
    case ErrorCode::TooLarge: return error_response(413, "invalid_request", "the body is too large");
    case ErrorCode::Timeout: return error_response(408, "invalid_request", "the body took too long");
    default: return error_response(400, "invalid_request", "the body cannot be read");
  }
}

}  // namespace

Task<void> serve_buffered(Exchange& exchange, http::Handler& handler, std::size_t max_body) {
  auto body = co_await exchange.read_body(max_body);
  if (!body) {
    if (body.error().code() == ErrorCode::Cancelled) co_return;
    const auto refused = co_await exchange.respond(unreadable_body(body.error()));
    static_cast<void>(refused);  // a client that left is nobody's problem
    co_return;
  }
  http::Request request = exchange.head();
  request.body = *std::move(body);
  auto response = co_await handler.handle(std::move(request));
  const auto sent = co_await exchange.respond(std::move(response));
  static_cast<void>(sent);
}

http::Response error_response(int status, std::string_view code, std::string_view text) {
  auto response = http::Response::json(status, dump_json({{"error", code}, {"error_description", text}}));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace vmcpauth::proxy
