// VMA2xx: names, types and forms of single values.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace structure {
namespace {

using enum Severity;

constexpr std::string_view kSecret = R"(apiVersion: v1
kind: Secret
metadata:
  name: corp
data:
  secret: aHVudGVyMg==
)";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::UnknownField,
     .severity = Error,
     .title = "A field has a name that is not known here",
     .why = "The API server drops or refuses it and ToolHive's process ignores it in authserver-config.yaml, so what was meant does not happen.",
     .source = "ToolHive CRDs (toolhive.stacklok.dev), RunConfig",
     .example = change(Base::AuthServer, "      issuer_url: ", "      issuerUrl: ")},
    {.rule = Rule::WrongType,
     .severity = Error,
     .title = "A value has the wrong type",
     .why = "The API server refuses the manifest; the runtime cannot decode the file and does not start.",
     .source = "ToolHive CRDs (toolhive.stacklok.dev), RunConfig",
     .example = change(Base::AuthServer, "allowed_audiences: [https://mcp.example.com/mcp]", "allowed_audiences: https://mcp.example.com/mcp")},
    {.rule = Rule::MissingField,
     .severity = Error,
     .title = "A required field is missing",
     .why = "The API server refuses the manifest; the runtime does not start.",
     .source = "ToolHive CRDs (toolhive.stacklok.dev), RunConfig",
     .example = change(Base::AuthServer, "      client_id: vmcp\n", "")},
    {.rule = Rule::NotAllowedValue,
     .severity = Error,
     .title = "A value is not one of those allowed",
     .why = "The API server refuses the manifest; the runtime does not start.",
     .source = "ToolHive CRDs (toolhive.stacklok.dev), RunConfig",
     .example = change(Base::Runtime, "type: upstream_inject", "type: upstreamInject")},
    {.rule = Rule::BadFormat,
     .severity = Error,
     .title = "A value does not have the form its field needs",
     .why = "The API server checks the same pattern and refuses the manifest.",
     .source = "ToolHive CRDs (toolhive.stacklok.dev)",
     .example = change(Base::Manifests, "          issuerUrl: https://login.example.com", "          issuerUrl: login.example.com")},
    {.rule = Rule::OutOfBounds,
     .severity = Error,
     .title = "A value is too small, too large, too short or too long",
     .why = "The API server checks the same bounds and refuses the manifest.",
     .source = "ToolHive CRDs (toolhive.stacklok.dev)",
     .example = replace(Base::Manifests, "    issuer: https://mcp.example.com\n    signingKeySecretRefs:",
                        "    issuer: https://mcp.example.com\n    cimd:\n      enabled: true\n      cacheMaxSize: 0\n    signingKeySecretRefs:",
                        "    issuer: https://mcp.example.com\n    cimd:\n      enabled: true\n      cacheMaxSize: 256\n    signingKeySecretRefs:")},
    {.rule = Rule::BadDuration,
     .severity = Error,
     .title = "A duration cannot be read",
     .why = "ToolHive reads Go durations: a number and ns, us, ms, s, m or h. There is no unit for days.",
     .source = "Go time.ParseDuration",
     .example = replace(Base::AuthServer, "hmac_secret_files:", "token_lifespans:\n  refresh_token_lifespan: 7d\nhmac_secret_files:",
                        "token_lifespans:\n  refresh_token_lifespan: 168h\nhmac_secret_files:")},
    {.rule = Rule::TypeBlockMismatch,
     .severity = Error,
     .title = "The block that belongs to the type is missing, or another one is set",
     .why = "Only the block of the type is used. The other one was meant to do something and does nothing.",
     .source = "ToolHive CRD validation rules",
     .example = change(Base::AuthServer, "type: oidc\n    oidc_config:", "type: oauth2\n    oidc_config:")},
    {.rule = Rule::ExclusiveFields,
     .severity = Error,
     .title = "Fields exclude each other, or one of several is needed",
     .why = "It is not clear which of them is meant, and ToolHive refuses the configuration or takes one of them silently.",
     .source = "ToolHive CRD validation rules, RunConfig",
     .example =
         change(Base::AuthServer, "      client_secret_file: /keys/corp\n", "      client_secret_file: /keys/corp\n      client_secret_env_var: CORP\n")},
    {.rule = Rule::DuplicateEntry,
     .severity = Error,
     .title = "Two entries of a list have the same name",
     .why = "The list is a map by name: the API server refuses the second entry, and tokens stored by name would be mixed up.",
     .source = "Kubernetes x-kubernetes-list-map-keys",
     .example = change(Base::Runtime, "backends:\n  - name: crm\n",
                       "backends:\n  - name: crm\n    url: https://old.example.com/mcp\n    transport: sse\n  - name: crm\n")},
    {.rule = Rule::DuplicateResource,
     .severity = Error,
     .title = "A resource is defined twice",
     .why = "Which of the two is applied depends on the order of files.",
     .source = "Kubernetes object names",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec: {}\n---\n"
                       "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec: {}\n",
                       "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec: {}\n---\n"
                       "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: other-tools\nspec: {}\n")},
    {.rule = Rule::BadSecretData,
     .severity = Error,
     .title = "A value below data is not base64",
     .why = "The API server refuses the Secret. Plain text belongs below stringData.",
     .source = "Kubernetes Secret",
     .example = inputs("apiVersion: v1\nkind: Secret\nmetadata:\n  name: corp\ndata:\n  secret: hunter 2\n", kSecret)},
    {.rule = Rule::UnknownVersion,
     .severity = Error,
     .title = "The API version or the kind is not known",
     .why = "The cluster has no such version or kind, or this vmcpauth is too old to know it. Of a version that is not known the fields are checked against "
            "another one; of a kind nothing is checked.",
     .source = "ToolHive CRDs (toolhive.stacklok.dev)",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec: {}\n",
                       "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec: {}\n")},
});

}  // namespace
}  // namespace structure

std::span<const RuleInfo> structure_rules() noexcept { return structure::kRules; }

}  // namespace vmcpauth::config::catalogue
