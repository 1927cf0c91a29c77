// A pasted redirect URL: only the answer that carries this login's state gets through.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/client/login.hpp"
#include "core/client/pasted_redirect.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmcpauth;
  static const oauth::ServerMetadata server = [] {
    oauth::ServerMetadata out;
    out.issuer = "https://as.test";
    out.authorization_endpoint = *Url::parse("https://as.test/authorize");
    return out;
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = client::read_pasted_redirect(text, "http://127.0.0.1:7000/callback", "state-of-this-login");
  if (query && query->find("state") == std::string::npos && query->find('%') == std::string::npos) std::abort();
  const auto code = client::read_authorization_response(query ? *query : text, server);
  if (code && code->empty()) std::abort();
  return 0;
}
