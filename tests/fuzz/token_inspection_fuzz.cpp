// Any text as a token: taken apart, judged, compared, shown. Nothing of it may crash, and an opaque token is never shown.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/inspect/claim_diff.hpp"
#include "core/inspect/token_report.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto now = from_unix_seconds(1'800'000'000);
  const auto token = inspect::decode_token(text);
  if (!token) return 0;
  const jose::JwkSet no_keys;
  auto report = inspect::make_report(*token, now);
  report.signature = inspect::check_signature(*token, no_keys, "none");
  if (report.signature.state == inspect::SignatureState::Valid) __builtin_trap();
  inspect::add_comparison(report, {.role = "test", .issuer = "https://idp.example", .audiences = {"a"}, .scopes = {"b"}});
  const auto shown = to_json(report, now).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  const auto& secret = token->token.reveal();
  if (token->form == inspect::TokenForm::Opaque && secret.size() > 40 && shown.find(secret) != std::string::npos) __builtin_trap();
  (void)inspect::diff_claims(token->claims, token->header);
  return 0;
}
