#include "core/config/rendition/operator_strategy.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "core/config/rendition/copied_fields.hpp"

namespace vmcpauth::config::rendition {
namespace {

constexpr CopiedField kExchange[] = {{"tokenUrl", "tokenUrl"}, {"clientId", "clientId"}, {"audience", "audience"}, {"scopes", "scopes"}};
constexpr CopiedField kHeader[] = {{"headerName", "headerName"}};
constexpr CopiedField kInject[] = {{"providerName", "providerName"}};
constexpr CopiedField kSubject[] = {{"subjectProviderName", "subjectProviderName"}};
constexpr CopiedField kXaaIdp[] = {{"idpTokenUrl", "idpTokenUrl"}, {"idpClientId", "idpClientId"}};
constexpr CopiedField kXaaTarget[] = {
    {"targetTokenUrl", "targetTokenUrl"}, {"insecureTargetTokenUrl", "insecureTargetTokenUrl", Copy::Flag}, {"targetClientId", "targetClientId"}};
constexpr CopiedField kXaaEnd[] = {{"targetAudience", "targetAudience"},
                                   {"targetResource", "targetResource"},
                                   {"scopes", "scopes"},
                                   {"subjectProviderName", "subjectProviderName"},
                                   {"subjectTokenType", "subjectTokenType"}};
// The defaults are the CRD's.
constexpr CopiedField kAws[] = {{"region", "region"},
                                {"service", "service", Copy::Default, "aws-mcp"},
                                {"fallbackRoleArn", "fallbackRoleArn"},
                                {"roleMappings", "roleMappings"},
                                {"roleClaim", "roleClaim", Copy::Default, "groups"},
                                {"sessionDuration", "sessionDuration", Copy::Default, "3600", NodeKind::Integer},
                                {"sessionNameClaim", "sessionNameClaim", Copy::Default, "sub"},
                                {"subjectProviderName", "subjectProviderName"}};

// GenerateUnique…EnvVarName: upper case, everything but letters, digits and underscores is an underscore.
std::string variable_name(std::string_view prefix, std::string_view name) {
  std::string out(prefix);
  for (const char c : name) {
    const auto upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    out += std::isalnum(static_cast<unsigned char>(upper)) != 0 || upper == '_' ? upper : '_';
  }
  return out;
}

class StrategyBuilder {
 public:
  StrategyBuilder(const Manifest& manifest, Mounts& mounts) : manifest_(manifest), mounts_(mounts) {}

  std::optional<Tree> build() {
    const auto type = text_at(manifest_.spec, "type");
    if (type == "unauthenticated") return of("unauthenticated");
    if (type == "tokenExchange") return with_block("token_exchange", "tokenExchange", exchange());
    if (type == "headerInjection") return with_block("header_injection", "headerInjection", header());
    if (type == "upstreamInject") return with_block("upstream_inject", "upstreamInject", copied("upstreamInject", kInject));
    if (type == "awsSts") return with_block("aws_sts", "awsSts", copied("awsSts", kAws));
    if (type == "xaa") return with_block("xaa", "xaa", xaa());
    return std::nullopt;
  }

 private:
  [[nodiscard]] Tree of(std::string_view type) const {
    auto out = Tree::mapping();
    const auto* written = at(manifest_.spec, "type");
    out.set("type", Tree::string(std::string(type), Origin::Operator, written == nullptr ? Span{} : written->at));
    return out;
  }
  [[nodiscard]] Tree with_block(std::string_view type, const char* name, Tree block) const {
    auto out = of(type);
    out.set(name, std::move(block));
    return out;
  }
  [[nodiscard]] Tree copied(const char* block, std::span<const CopiedField> fields) const {
    auto out = Tree::mapping();
    copy_fields(at(manifest_.spec, block), fields, out);
    return out;
  }

  void add_variable(const Node* block, const char* ref_name, const char* target, std::string_view prefix, Tree& out) {
    const auto* ref = at(block, ref_name);
    if (ref == nullptr) return;
    auto name = variable_name(prefix, manifest_.name);
    mounts_.variables.push_back({name, fmt::format("Secret {}, key {}", text_at(ref, "name"), text_at(ref, "key"))});
    out.set(target, Tree::string(std::move(name), Origin::Operator, ref->at));
  }

  Tree exchange() {
    const auto* block = at(manifest_.spec, "tokenExchange");
    auto out = copied("tokenExchange", kExchange);
    add_variable(block, "clientSecretRef", "clientSecretEnv", "TOOLHIVE_TOKEN_EXCHANGE_CLIENT_SECRET_", out);
    const auto* type = at(block, "subjectTokenType");
    if (type != nullptr && !type->text.empty()) {
      const bool urn = type->text.starts_with("urn:");
      out.set("subjectTokenType", urn ? Tree::of(*type) : Tree::string("urn:ietf:params:oauth:token-type:" + type->text, Origin::Operator, type->at));
    }
    copy_fields(block, kSubject, out);
    return out;
  }

  Tree header() {
    auto out = copied("headerInjection", kHeader);
    add_variable(at(manifest_.spec, "headerInjection"), "valueSecretRef", "headerValueEnv", "TOOLHIVE_HEADER_INJECTION_VALUE_", out);
    return out;
  }

  Tree xaa() {
    const auto* block = at(manifest_.spec, "xaa");
    auto out = copied("xaa", kXaaIdp);
    add_variable(block, "idpClientSecretRef", "idpClientSecretEnv", "TOOLHIVE_XAA_IDP_CLIENT_SECRET_", out);
    copy_fields(block, kXaaTarget, out);
    add_variable(block, "targetClientSecretRef", "targetClientSecretEnv", "TOOLHIVE_XAA_TARGET_CLIENT_SECRET_", out);
    copy_fields(block, kXaaEnd, out);
    return out;
  }

  const Manifest& manifest_;
  Mounts& mounts_;
};

}  // namespace

std::optional<Tree> strategy_of(const Manifest& external_auth, Mounts& mounts) { return StrategyBuilder(external_auth, mounts).build(); }

void add_subject_provider(Tree& strategy, const Tree& provider, bool several_upstreams) {
  static constexpr std::array<const char*, 3> kBlocks{"tokenExchange", "awsSts", "xaa"};
  for (const auto* name : kBlocks) {
    auto* block = strategy.find(name);
    if (block == nullptr || block->find("subjectProviderName") != nullptr) continue;
    if (std::string_view(name) == "xaa" && several_upstreams) continue;
    block->set("subjectProviderName", Tree::string(provider.text, Origin::Operator, provider.at));
  }
}

}  // namespace vmcpauth::config::rendition
