#include "core/http/streaming_client.hpp"

namespace vmcpauth::http {

Task<Result<std::string>> read_all(ResponseStream& stream, std::size_t max_bytes) {
  std::string body;
  while (true) {
    CO_TRY(auto chunk, co_await stream.read());
    if (!chunk) co_return body;
    if (body.size() + chunk->size() > max_bytes) co_return fail(ErrorCode::TooLarge, "the response is larger than " + std::to_string(max_bytes) + " bytes");
    body += *chunk;
  }
}

}  // namespace vmcpauth::http
