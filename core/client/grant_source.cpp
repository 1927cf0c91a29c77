#include "core/client/grant_source.hpp"

#include "core/base/encoding.hpp"

namespace vmcpauth::client {
namespace {

constexpr std::size_t kMaxSecretFile = 64U << 10U;
constexpr const char* kVariable = "variable";
constexpr const char* kFile = "file";

Json source_json(const SecretSource& source) {
  Json out = Json::object();
  out[source.kind == SecretSource::Kind::Variable ? kVariable : kFile] = source.name;
  return out;
}

Result<SecretSource> read_source(const Json& object, const char* member) {
  const auto wrong = [&] { return fail(ErrorCode::InvalidInput, "\"" + std::string(member) + "\" names neither a variable nor a file"); };
  const auto found = object.find(member);
  if (found == object.end() || !found->is_object()) return wrong();
  for (const auto& [name, kind] : {std::pair{kVariable, SecretSource::Kind::Variable}, std::pair{kFile, SecretSource::Kind::File}}) {
    TRY(auto text, optional_string(*found, name));
    if (text && !text->empty()) return SecretSource{kind, *std::move(text)};
  }
  return wrong();
}

}  // namespace

std::string SecretSource::text() const { return (kind == Kind::Variable ? "the environment variable " : "the file ") + printable(name, 300); }

Result<Secret> read_secret(const SecretSource& source, const Env& env, const Files& files) {
  if (source.kind == SecretSource::Kind::Variable) {
    auto value = env.get(source.name);
    if (!value || value->empty()) return fail(ErrorCode::NotFound, source.text() + " is not set");
    return Secret(*std::move(value));
  }
  TRY(auto content, files.read(source.name, kMaxSecretFile));
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) content.pop_back();
  if (content.empty()) return fail(ErrorCode::NotFound, source.text() + " is empty");
  return Secret(std::move(content));
}

std::string GrantSource::options() const {
  const auto named = printable(assertion.name, 300);
  if (!idp_token_endpoint) return (assertion.kind == SecretSource::Kind::Variable ? " --assertion-env " : " --assertion-file ") + named;
  std::string out = " --id-token-env " + named + " --idp-token-endpoint " + idp_token_endpoint->text();
  if (!idp_client_id.empty()) out += " --idp-client-id " + printable(idp_client_id, 300);
  if (idp_client_secret) out += " --idp-client-secret-env " + printable(idp_client_secret->name, 300);
  return out;
}

Json write_grant_source(const GrantSource& source) {
  Json out{{"assertion", source_json(source.assertion)}};
  if (!source.idp_token_endpoint) return out;
  out["idp_token_endpoint"] = source.idp_token_endpoint->text();
  out["idp_client_id"] = source.idp_client_id;
  if (source.idp_client_secret) out["idp_client_secret"] = source_json(*source.idp_client_secret);
  return out;
}

Result<GrantSource> read_grant_source(const Json& object) {
  if (!object.is_object()) return fail(ErrorCode::InvalidInput, "\"source\" is not an object");
  GrantSource out;
  TRY(out.assertion, read_source(object, "assertion"));
  TRY(const auto endpoint, optional_string(object, "idp_token_endpoint"));
  if (!endpoint) return out;
  TRY(out.idp_token_endpoint, Url::parse(*endpoint));
  TRY(auto id, optional_string(object, "idp_client_id"));
  out.idp_client_id = std::move(id).value_or("");
  if (object.contains("idp_client_secret")) {
    TRY(out.idp_client_secret, read_source(object, "idp_client_secret"));
  }
  return out;
}

}  // namespace vmcpauth::client
