// What a provider answers when we register there. First byte: the status; the rest: the body.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/http/headers.hpp"
#include "core/upstream/registration_answer.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static constexpr int kStatus[] = {201, 200, 400, 401, 404, 500};
  const http::ClientResponse response{.status = kStatus[data[0] % 6],
                                      .headers = {{"Content-Type", "application/json"}},
                                      .body = std::string(reinterpret_cast<const char*>(data + 1), size - 1)};
  const upstream::Peer peer{"provider \"p\"", "registration endpoint", *Url::parse("https://p.example/register"), upstream::Asked::Login};
  const auto registration = upstream::read_registration(response, peer, upstream::ClientAuthentication::Basic, {"marker"});
  if (!registration) {
    if (registration.error().describe().find("marker") != std::string::npos) std::abort();
    return 0;
  }
  if (response.status >= 300 || registration->client_id.empty()) std::abort();
  const bool is_public = registration->token_endpoint_auth_method == "none";
  if (!is_public && (!registration->client_secret || registration->client_secret->empty())) std::abort();
  return 0;
}
