#include "core/inspect/header_observations.hpp"

#include <array>

#include "core/base/encoding.hpp"
#include "core/http/headers.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/jose/algorithm.hpp"
#include "core/jose/compact_jws.hpp"

namespace vmcpauth::inspect {
namespace {

void add(Observations& out, Severity severity, ObservationCode code, std::string text) { out.push_back({severity, code, std::move(text)}); }

void observe_algorithm(const Json& header, Observations& out) {
  const auto member = header.find("alg");
  if (member == header.end()) return add(out, Severity::Problem, "alg-missing", "the header names no alg: nothing can verify it");
  if (!member->is_string()) return add(out, Severity::Problem, "alg-not-text", "the header's alg is not a string");
  const auto name = member->get<std::string>();
  if (http::to_lower(name) == "none") return add(out, Severity::Problem, "alg-none", "alg is none: the token is not signed, anybody can have written it");
  if (name.starts_with("HS")) {
    return add(out, Severity::Problem, "alg-shared-secret",
               "alg is " + printable(name, 20) + ": signed with a shared secret, which no published key can check and vMCP does not accept");
  }
  if (!jose::parse_algorithm(name)) add(out, Severity::Problem, "alg-unknown", "alg \"" + printable(name, 40) + "\" is not one that vmcpauth verifies");
}

void observe_type(const Json& header, Observations& out) {
  const auto member = header.find("typ");
  if (member == header.end()) return;
  if (!member->is_string()) return add(out, Severity::Problem, "typ-not-text", "the header's typ is not a string");
  auto type = http::to_lower(member->get<std::string>());
  if (type.starts_with("application/")) type.erase(0, 12);
  constexpr std::array<std::string_view, 2> kAccepted{"jwt", "at+jwt"};
  for (const auto accepted : kAccepted) {
    if (type == accepted) return;
  }
  add(out, Severity::Warning, "typ-other", "typ is \"" + printable(type, 40) + "\": vMCP takes JWT and at+jwt as access tokens, nothing else");
}

void observe_key_id(const Json& header, Observations& out) {
  const auto member = header.find("kid");
  if (member == header.end()) {
    return add(out, Severity::Note, "kid-missing", "the header names no kid: every key of the issuer that fits has to be tried");
  }
  if (!member->is_string()) return add(out, Severity::Problem, "kid-not-text", "the header's kid is not a string");
  if (member->get_ref<const std::string&>().size() > jose::kMaxKidSize) add(out, Severity::Problem, "kid-too-long", "the kid is longer than 1024 bytes");
}

struct EmbeddedKey {
  const char* name;
  ObservationCode code;
};
constexpr std::array<EmbeddedKey, 4> kEmbeddedKeys{{{"jwk", "embedded-jwk"}, {"jku", "embedded-jku"}, {"x5u", "embedded-x5u"}, {"x5c", "embedded-x5c"}}};

void observe_extensions(const Json& header, Observations& out) {
  if (header.contains("crit")) {
    add(out, Severity::Problem, "crit", "the header has critical extensions (crit), which every verifier that does not know them must refuse");
  }
  if (const auto b64 = header.find("b64"); b64 != header.end() && *b64 != true) {
    add(out, Severity::Problem, "b64", "the payload is not base64url-encoded (b64: false)");
  }
  for (const auto& [name, code] : kEmbeddedKeys) {
    if (!header.contains(name)) continue;
    add(out, Severity::Warning, code, std::string("the header carries or points to a key (") + name + "): a sender can put any key there, so it is never used");
  }
  if (text_claim(header, "cty") == "JWT") add(out, Severity::Note, "nested", "the payload is a token itself (cty is JWT)");
  if (header.contains("zip")) add(out, Severity::Note, "compressed", "the content is compressed (zip)");
  // Microsoft Graph's access tokens: what is signed holds the nonce's hash, not the nonce.
  if (header.contains("nonce")) {
    add(out, Severity::Warning, "header-nonce",
        "the header has a nonce: an access token of Microsoft Graph's own, whose signature nobody but Graph can check. Ask for a scope of your own API "
        "instead");
  }
}

}  // namespace

void observe_header(const DecodedToken& token, Observations& out) {
  if (token.form == TokenForm::Opaque) return;
  const auto& header = token.header;
  if (token.form == TokenForm::Jwe) {
    add(out, Severity::Warning, "encrypted", "it is encrypted: only whom it was made for can read it, and vMCP cannot check it");
    return;
  }
  observe_algorithm(header, out);
  observe_type(header, out);
  observe_key_id(header, out);
  observe_extensions(header, out);
}

}  // namespace vmcpauth::inspect
