// VMA7xx: what works, and is not safe or not lasting.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/base/url.hpp"
#include "core/config/practice/practice.hpp"
#include "core/config/rules.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::array<std::string_view, 4> kIdentityScopes{"openid", "profile", "email", "offline_access"};

bool is_private_address(std::string_view host) {
  unsigned a = 0;
  unsigned b = 0;
  const auto first = std::from_chars(host.data(), host.data() + host.size(), a);
  if (first.ec != std::errc{} || first.ptr == host.data() + host.size() || *first.ptr != '.') return false;
  const auto second = std::from_chars(first.ptr + 1, host.data() + host.size(), b);
  if (second.ec != std::errc{}) return false;
  return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168);
}

// Names that only resolve on this machine or inside a cluster: TLS is somebody else's question there.
bool is_inside(const Url& url) {
  const std::string_view host = url.host();
  if (url.is_loopback() || host.find('.') == std::string_view::npos || is_private_address(host)) return true;
  constexpr std::array<std::string_view, 7> kEndings{".svc", ".cluster.local", ".local", ".localhost", ".internal", ".lan", ".test"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return host.ends_with(end); });
}

bool is_plain_http(const Text& text) {
  if (!text) return false;
  const auto url = Url::parse(text.value);
  return url && !url->is_https() && !is_inside(*url);
}

bool may_be_plain(const Text& text) {
  const auto url = Url::parse(text.value);
  return url && is_inside(*url);
}

bool names_a_credential(std::string_view header) {
  std::string name;
  for (const char c : header) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  constexpr std::array<std::string_view, 9> kWords{"authorization", "token", "secret", "api-key", "apikey", "password", "cookie", "credential", "signature"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

// TOKEN, GITHUB_TOKEN, DB_PASSWORD, API_KEY; not PUBLIC_KEY, and not what only says where the secret is: TOKEN_FILE.
bool is_secret_variable(std::string_view variable) {
  std::string name;
  for (const char c : variable) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (name.ends_with("PUBLIC_KEY")) return false;
  constexpr std::array<std::string_view, 7> kEndings{"TOKEN", "SECRET", "_KEY", "APIKEY", "PASSWORD", "PASSWD", "_PAT"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return name.ends_with(end); });
}

// Kubernetes puts another variable in place of $(NAME); a path says where the secret is.
bool is_reference(std::string_view value) { return value.starts_with("$(") || value.starts_with('/'); }

class SecurityCheck {
 public:
  explicit SecurityCheck(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // `replicas` and `scopes` belong to whoever runs it.
  void check_auth_server(const AuthServerSpec& server, Span at, const Number& replicas, const Texts& scopes) {
    const auto name = [&](std::string_view manifest, std::string_view run_config) { return spelled(server.spelling, manifest, run_config); };
    if (server.signing_key_refs->empty() && !server.signing_keys) {
      diagnostics_.report(Rule::EphemeralSigningKey, at, "without a signing key one is made at every start: every token issued before is refused after it")
          .with_hint(server.spelling == Spelling::Manifest ? "signingKeySecretRefs:\n  - name: SECRET\n    key: KEY"
                                                           : "signing_key_config:\n  signing_key_file: FILE");
    }
    if (server.hmac_secret_refs->empty() && server.hmac_secret_files->empty()) {
      diagnostics_.report(Rule::EphemeralHmac, at, "without an HMAC secret one is made at every start: every refresh token issued before is refused after it")
          .with_hint(server.spelling == Spelling::Manifest ? "hmacSecretRefs:\n  - name: SECRET\n    key: KEY" : "hmac_secret_files: [FILE]");
    }
    if (replicas && replicas.value > 1 && server.storage->type.value != "redis") {
      diagnostics_
          .report(Rule::MemoryStoreReplicas, replicas.at,
                  fmt::format("{} replicas, and each keeps its sessions in its own memory: a login ends at another one than it began", replicas.value))
          .with_label(server.storage->type.at.valid() ? server.storage->type.at : at, "the store is chosen here")
          .with_hint(fmt::format("storage:\n  type: redis\n  {}: …", name("redis", "redis_config")));
    }
    check_scopes(server, scopes);
    check_flags(server);
  }

  void check_incoming(const Text& type) {
    if (type.value != "anonymous") return;
    diagnostics_.report(Rule::AnonymousIncoming, type.at, "everybody who can reach this server can call every tool of every backend").with_hint("type: oidc");
  }

  void check_oidc(const OidcIncomingSpec& oidc) { check_flag(oidc.insecure_allow_http, oidc.issuer, "the incoming issuer"); }

  void check_strategy(const StrategySpec& strategy) {
    check_inline(strategy.header_injection->value, "headerValueEnv");
    check_inline(strategy.token_exchange->client_secret, "clientSecretEnv");
    check_inline(strategy.xaa->idp_client_secret, "idpClientSecretEnv");
    check_inline(strategy.xaa->target_client_secret, "targetClientSecretEnv");
    check_inline(strategy.obo->client_secret, "clientSecretEnv");
    check_plain(strategy.token_exchange->token_url, "tokenUrl", "client secret and tokens travel");
    check_flag(strategy.xaa->insecure_target_token_url, strategy.xaa->target_token_url, "targetTokenUrl");
  }

  void check_plain(const Text& url, std::string_view field, std::string_view what) {
    if (!is_plain_http(url)) return;
    diagnostics_.report(Rule::PlainHttp, url.at, fmt::format("{} {} is plain http: {} where others can read them", field, quoted(url.value), what))
        .with_hint(url.value.starts_with("http://") ? "https://" + printable(std::string_view(url.value).substr(7), 200) : std::string());
  }

  void check_headers(const HeaderForwardSpec& headers) {
    for (const auto& [name, value] : headers.plaintext.value) {
      if (!names_a_credential(name.value)) continue;
      diagnostics_.report(Rule::InlineSecret, name.at, fmt::format("the value of {} is written into the manifest", quoted(name.value)))
          .with_hint(fmt::format("addHeadersFromSecret:\n  - headerName: {}\n    valueSecretRef: {{name: SECRET, key: KEY}}", printable(name.value, 100)));
    }
  }

  void check_environment(const Blocks<EnvironmentSpec>& env) {
    for (const auto& variable : env.value) {
      const auto& [name, value] = variable.value;
      if (value.value.empty() || is_reference(value.value) || !is_secret_variable(name.value)) continue;
      diagnostics_.report(Rule::InlineSecret, name.at, fmt::format("the value of {} is written into the manifest", quoted(name.value)))
          .with_hint(fmt::format("secrets:\n  - name: SECRET\n    key: KEY\n    targetEnvName: {}", printable(name.value, 100)));
    }
  }

 private:
  void check_inline(const SecretSource& source, std::string_view instead) {
    if (!source.literal || source.literal.value.empty()) return;
    diagnostics_.report(Rule::InlineSecret, source.literal.key, "a secret is written into the configuration")
        .with_hint(fmt::format("{}: NAME-OF-A-VARIABLE", instead));
  }

  void check_scopes(const AuthServerSpec& server, const Texts& scopes) {
    const auto offline = [](const Text& scope) { return scope.value == "offline_access"; };
    if (scopes && !scopes->empty() && std::none_of(scopes->begin(), scopes->end(), offline)) {
      auto list = values(scopes);
      list.emplace_back("offline_access");
      diagnostics_
          .report(Rule::NoRefreshTokens, scopes.key,
                  "without offline_access no client gets a refresh token: users log in again at every provider when the access token expires")
          .with_hint(fmt::format("{}: [{}]", server.spelling == Spelling::Manifest ? "scopes" : "scopes_supported", fmt::join(list, ", ")));
    }
    for (const auto& scope : server.baseline_client_scopes.value) {
      if (std::find(kIdentityScopes.begin(), kIdentityScopes.end(), scope.value) != kIdentityScopes.end()) continue;
      diagnostics_
          .report(Rule::WideBaselineScopes, scope.at,
                  fmt::format("every client that registers gets the scope {}, whether it needs it or not", quoted(scope.value)))
          .with_hint("keep to openid, profile, email and offline_access; clients ask for the rest");
    }
  }

  void check_flag(const Flag& flag, const Text& url, std::string_view what) {
    if (!flag.value || (url && may_be_plain(url))) return;
    diagnostics_.report(Rule::InsecureFlag, flag.key, fmt::format("{} may be plain http, where others can read and change what it sends", what))
        .with_hint("remove it; plain http on localhost needs no permission");
  }

  void check_flags(const AuthServerSpec& server) {
    check_flag(server.insecure_allow_http, server.issuer, "the issuer");
    for (const auto& upstream : server.upstreams.value) {
      check_flag(upstream->oidc->insecure_allow_http, upstream->oidc->issuer_url, "the upstream");
      check_flag(upstream->oauth2->insecure_allow_http, upstream->oauth2->token_endpoint, "the upstream");
    }
    for (const auto& issuer : server.trusted_issuers.value) check_flag(issuer->insecure_allow_http, issuer->issuer_url, "the trusted issuer");
  }

  Diagnostics& diagnostics_;
};

void check_workload(const Resource<WorkloadSpec>& workload, const Inventory& inventory, SecurityCheck& check) {
  check.check_plain(workload.spec.remote_url, "remoteUrl", "credentials and answers travel");
  check.check_headers(workload.spec.header_forward.value);
  check.check_environment(workload.spec.env);
  for (const auto* ref : {&workload.spec.external_auth_config_ref, &workload.spec.auth_server_ref}) {
    const auto* config = find(inventory.external_auth, ResourceKind::MCPExternalAuthConfig, workload.space(), (*ref)->name.value);
    if (config == nullptr || !config->spec.embedded_auth_server) continue;
    const auto& server = config->spec.embedded_auth_server;
    check.check_auth_server(server.value, server.key, workload.spec.replicas, workload.spec.oidc_config_ref->scopes);
  }
}

}  // namespace

void check_security(const Inventory& inventory, Diagnostics& diagnostics) {
  SecurityCheck check(diagnostics);
  for (const auto& server : inventory.servers) {
    check.check_incoming(server.spec.incoming->type);
    if (server.spec.auth_server) {
      check.check_auth_server(server.spec.auth_server.value, server.spec.auth_server.key, server.spec.replicas, server.spec.incoming->oidc_config_ref->scopes);
    }
    for (const auto& backend : server.spec.config->backends.value) check.check_plain(backend->url, "url", "credentials and answers travel");
  }
  for (const auto& workload : inventory.workloads) check_workload(workload, inventory, check);
  for (const auto& config : inventory.external_auth) check.check_strategy(config.spec);
  for (const auto& config : inventory.oidc_configs) check.check_oidc(config.spec.inline_config.value);
  for (const auto& file : inventory.runtime_files) {
    check.check_incoming(file.spec.incoming->type);
    check.check_oidc(file.spec.incoming->oidc.value);
    check.check_strategy(file.spec.outgoing->fallback.value);
    for (const auto& [name, strategy] : file.spec.outgoing->backends.value) check.check_strategy(strategy.value);
    for (const auto& backend : file.spec.backends.value) check.check_plain(backend->url, "url", "credentials and answers travel");
  }
  for (const auto& file : inventory.auth_server_files) check.check_auth_server(file.spec, file.at, {}, file.spec.scopes_supported);
}

}  // namespace vmcpauth::config
