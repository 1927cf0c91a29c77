#include "tests/support/fake_http_client.hpp"

#include <algorithm>

namespace vmcpauth::test {

void FakeHttpClient::on(std::string url_prefix, Answer answer) {
  std::erase_if(answers_, [&](const auto& entry) { return entry.first == url_prefix; });
  answers_.emplace_back(std::move(url_prefix), std::move(answer));
}

void FakeHttpClient::on_json(std::string url_prefix, int status, std::string body) {
  on(std::move(url_prefix), [status, body = std::move(body)](const http::ClientRequest&) -> Result<http::ClientResponse> {
    return http::ClientResponse{status, {{"Content-Type", "application/json"}}, body};
  });
}

Task<Result<http::ClientResponse>> FakeHttpClient::send(http::ClientRequest request) {
  requests.push_back({request.method, request.url.text(), request.body, request.headers, request.peer});
  const Answer* best = nullptr;
  std::size_t length = 0;
  for (const auto& [prefix, answer] : answers_) {
    if (request.url.text().starts_with(prefix) && prefix.size() >= length) {
      best = &answer;
      length = prefix.size();
    }
  }
  if (best == nullptr) co_return fail(ErrorCode::Unreachable, "nothing answers at " + request.url.text());
  auto response = (*best)(request);
  co_return response;
}

std::size_t FakeHttpClient::count(std::string_view url_prefix) const {
  return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), [&](const Seen& s) { return s.url.starts_with(url_prefix); }));
}

}  // namespace vmcpauth::test
