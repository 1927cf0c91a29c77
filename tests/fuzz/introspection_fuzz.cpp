// Whatever an issuer answers about an opaque token: it is good only when the answer says so, for our issuer and audience.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/json.hpp"
#include "core/identity/introspection.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  test::FakeClock clock;
  test::FakeHttpClient http;
  http.on_json("https://idp.example/introspect", 200, body);
  identity::IntrospectionSettings settings{.endpoint = *Url::parse("https://idp.example/introspect")};
  settings.client_id = "c";
  settings.issuer = "https://idp.example";
  settings.audiences = {"https://mcp.example/mcp"};
  identity::Introspector introspector(std::move(settings), http, clock);
  const auto first = run_ready(introspector.introspect(Secret("opaque")));
  require(first.has_value());
  const auto& facts = *first;
  if (!facts) return 0;
  const auto said = parse_json_object(body);
  require(said.has_value() && said->at("active") == true && said->at("iss") == "https://idp.example");
  require((*facts)->expires_at + Seconds(30) > clock.now() && !(*facts)->subject.empty() && (*facts)->identity != nullptr);
  // The second answer is the remembered one, unless the token lives by leeway alone.
  const auto second = run_ready(introspector.introspect(Secret("opaque")));
  require(second && second->has_value() && (http.requests.size() == 1 || (*facts)->expires_at <= clock.now()));
  return 0;
}
