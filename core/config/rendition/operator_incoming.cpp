#include "core/config/rendition/operator_incoming.hpp"

#include <fmt/format.h>

#include "core/config/rendition/copied_fields.hpp"

namespace vmcpauth::config::rendition {
namespace {

constexpr int kServerPort = 4483;

class IncomingBuilder {
 public:
  IncomingBuilder(const Manifest& server, const Manifests& manifests, Mounts& mounts) : server_(server), manifests_(manifests), mounts_(mounts) {}

  Tree build() {
    const auto* incoming = at(server_.spec, "incomingAuth");
    auto out = Tree::mapping();
    constexpr CopiedField kType[] = {{"type", "type"}};
    copy_fields(incoming, kType, out);
    if (const auto* ref = at(incoming, "oidcConfigRef")) add_oidc(*ref, out);
    if (const auto* authz = at(incoming, "authzConfig")) add_authz(*authz, out);
    if (const auto* ref = at(incoming, "authzConfigRef")) leave_out("MCPAuthzConfig", *ref);
    return out;
  }

 private:
  void add_oidc(const Node& ref, Tree& out) {
    const auto* config = manifests_.find("MCPOIDCConfig", server_.space, text_at(&ref, "name"));
    if (config == nullptr) {
      const auto* name = at(&ref, "name");
      mounts_.missing.push_back({"MCPOIDCConfig", std::string(text_at(&ref, "name")), name != nullptr ? name->at : ref.at});
      return;
    }
    const bool cluster = text_at(config->spec, "type") == "kubernetesServiceAccount";
    out.set("oidc", cluster ? service_account(ref, at(config->spec, "kubernetesServiceAccount")) : inline_issuer(ref, at(config->spec, "inline")));
  }

  // The public URL, else that of the service in the cluster.
  void add_resource(const Node& ref, Tree& out) const {
    if (!text_at(&ref, "resourceUrl").empty()) {
      out.set("resource", Tree::of(*at(&ref, "resourceUrl")));
    } else {
      out.set("resource", Tree::string(fmt::format("http://{}.{}.svc.cluster.local:{}", server_.name, server_.space, kServerPort), Origin::Operator));
    }
  }

  Tree inline_issuer(const Node& ref, const Node* config) {
    constexpr CopiedField kStart[] = {{"issuer", "issuer"}};
    constexpr CopiedField kAudience[] = {{"audience", "audience"}};
    constexpr CopiedField kUrls[] = {{"jwksUrl", "jwksUrl"}, {"introspectionUrl", "introspectionUrl"}};
    constexpr CopiedField kScopes[] = {{"scopes", "scopes"}};
    constexpr CopiedField kFlags[] = {{"protectedResourceAllowPrivateIP", "protectedResourceAllowPrivateIp", Copy::Flag},
                                      {"jwksAllowPrivateIP", "jwksAllowPrivateIp", Copy::Flag},
                                      {"insecureAllowHTTP", "insecureAllowHttp", Copy::Flag}};
    auto out = Tree::mapping();
    copy_fields(config, kStart, out);
    // Not omitempty: the runtime has the field whether it is used or not.
    const auto* client = at(config, "clientId");
    out.set("clientId", client != nullptr ? Tree::of(*client) : Tree::string("", Origin::Default));
    if (const auto* secret = at(config, "clientSecretRef")) {
      mounts_.variables.push_back({"VMCP_OIDC_CLIENT_SECRET", fmt::format("Secret {}, key {}", text_at(secret, "name"), text_at(secret, "key"))});
      out.set("clientSecretEnv", Tree::string("VMCP_OIDC_CLIENT_SECRET", Origin::Operator, secret->at));
    }
    copy_fields(&ref, kAudience, out);
    add_resource(ref, out);
    copy_fields(config, kUrls, out);
    copy_fields(&ref, kScopes, out);
    copy_fields(config, kFlags, out);
    if (const auto* bundle = at(at(config, "caBundleRef"), "configMapRef")) {
      const auto key = text_at(bundle, "key").empty() ? std::string("ca.crt") : std::string(text_at(bundle, "key"));
      auto path = fmt::format("/config/certs/{}/{}", text_at(bundle, "name"), key);
      mounts_.files.push_back({path, fmt::format("ConfigMap {}, key {}", text_at(bundle, "name"), key)});
      out.set("caBundlePath", Tree::string(std::move(path), Origin::Operator, bundle->at));
    }
    return out;
  }

  Tree service_account(const Node& ref, const Node* config) {
    constexpr CopiedField kIssuer[] = {{"issuer", "issuer", Copy::Default, "https://kubernetes.default.svc"}};
    constexpr CopiedField kAudience[] = {{"audience", "audience"}};
    constexpr CopiedField kUrls[] = {{"jwksUrl", "jwksUrl"}, {"introspectionUrl", "introspectionUrl"}};
    constexpr CopiedField kScopes[] = {{"scopes", "scopes"}};
    auto out = Tree::mapping();
    copy_fields(config, kIssuer, out);
    out.set("clientId", Tree::string("", Origin::Default));
    copy_fields(&ref, kAudience, out);
    add_resource(ref, out);
    copy_fields(config, kUrls, out);
    copy_fields(&ref, kScopes, out);
    const auto* cluster_auth = at(config, "useClusterAuth");
    if (cluster_auth == nullptr || cluster_auth->boolean) {
      out.set("jwksAllowPrivateIp", Tree::scalar(NodeKind::Bool, "true", Origin::Operator));
      out.set("caBundlePath", Tree::string("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", Origin::Operator));
    }
    return out;
  }

  void leave_out(std::string_view kind, const Node& ref) {
    mounts_.left_out.push_back(fmt::format("incomingAuth.authz, the Cedar policies of {} {}", kind, text_at(&ref, "name")));
  }

  // Policies that are kept elsewhere are named in a comment: they are not authentication.
  void add_authz(const Node& authz, Tree& out) {
    const auto* policies = at(&authz, "inline");
    if (text_at(&authz, "type") != "inline" || policies == nullptr) {
      if (const auto* map = at(&authz, "configMap")) leave_out("ConfigMap", *map);
      return;
    }
    constexpr CopiedField kPolicies[] = {{"policies", "policies"}, {"entitiesJson", "entitiesJson", Copy::Default, "[]"}};
    constexpr CopiedField kClaims[] = {{"groupClaimName", "groupClaimName"}, {"roleClaimName", "roleClaimName"}, {"groupEntityType", "groupEntityType"}};
    auto block = Tree::mapping();
    block.set("type", Tree::string("cedar", Origin::Operator));
    copy_fields(policies, kPolicies, block);
    add_primary_upstream(*policies, block);
    copy_fields(&authz, kClaims, block);
    out.set("authz", std::move(block));
  }

  // The authorization server's own choice, then the policies', then the first upstream.
  void add_primary_upstream(const Node& policies, Tree& block) const {
    const auto* server = at(server_.spec, "authServerConfig");
    for (const auto* place : {at(server, "primaryUpstreamProvider"), at(&policies, "primaryUpstreamProvider")}) {
      if (place == nullptr || place->text.empty()) continue;
      block.set("primaryUpstreamProvider", Tree::of(*place));
      return;
    }
    const auto* upstreams = at(server, "upstreamProviders");
    if (upstreams == nullptr || upstreams->items.empty()) return;
    const auto* name = at(&upstreams->items.front(), "name");
    block.set("primaryUpstreamProvider", Tree::string(name == nullptr ? "default" : name->text, Origin::Operator, name == nullptr ? Span{} : name->at));
  }

  const Manifest& server_;
  const Manifests& manifests_;
  Mounts& mounts_;
};

}  // namespace

Tree incoming_auth(const Manifest& server, const Manifests& manifests, Mounts& mounts) { return IncomingBuilder(server, manifests, mounts).build(); }

}  // namespace vmcpauth::config::rendition
