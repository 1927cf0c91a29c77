// What a browser brings back from a provider, to the server (callback) and to `login` (redirect), and the progress of a login as a
// server tells it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/client/leg_watch.hpp"
#include "core/client/login.hpp"
#include "core/oauth/parameters.hpp"
#include "core/upstream/authorization_request.hpp"

using namespace vmcpauth;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::optional<std::string> text_of(const oauth::Parameters& query, std::string_view name) {
  const auto value = query.find(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

void callback(const oauth::Parameters& query) {
  const upstream::CallbackParameters parameters{text_of(query, "code"), text_of(query, "error"), text_of(query, "error_description"),
                                                text_of(query, "error_uri"), text_of(query, "iss")};
  const upstream::Peer peer{"provider \"p\"", "authorization endpoint", *Url::parse("https://p.example/authorize"), upstream::Asked::Login};
  for (const bool promised : {true, false}) {
    const auto code = upstream::read_callback(parameters, {.issuer = "https://p.example", .iss_parameter_promised = promised}, peer);
    if (!code) continue;
    require(!code->empty() && parameters.code == *code && !parameters.error);
    require(parameters.iss ? *parameters.iss == "https://p.example" : !promised);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto query = oauth::Parameters::parse(text)) callback(*query);
  oauth::ServerMetadata server;
  server.issuer = "https://p.example";
  server.authorization_endpoint = *Url::parse("https://p.example/authorize");
  server.authorization_response_iss_parameter_supported = true;
  const auto code = client::read_authorization_response(text, server);
  if (code) require(!code->empty() && text.find("iss=") != std::string_view::npos);
  const auto legs = client::read_legs(text);
  require(legs.size() <= 32);
  for (const auto& line : client::describe_changes({}, legs)) {
    for (const char c : line) require(static_cast<unsigned char>(c) >= 0x20);
  }
  return 0;
}
