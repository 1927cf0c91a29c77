// An HttpClient whose answers are functions by URL prefix, and that remembers what it was asked. Answers at once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/http/client.hpp"

namespace vmcpauth::test {

class FakeHttpClient final : public http::HttpClient {
 public:
  using Answer = std::function<Result<http::ClientResponse>(const http::ClientRequest&)>;

  // The longest registered URL prefix answers; without one: Unreachable.
  void on(std::string url_prefix, Answer answer);
  void on_json(std::string url_prefix, int status, std::string body);

  [[nodiscard]] Task<Result<http::ClientResponse>> send(http::ClientRequest request) override;

  struct Seen {
    std::string method, url, body;
    http::Headers headers;
    http::PeerPolicy peer;
  };
  std::vector<Seen> requests;
  [[nodiscard]] std::size_t count(std::string_view url_prefix) const;

 private:
  std::vector<std::pair<std::string, Answer>> answers_;
};

}  // namespace vmcpauth::test
