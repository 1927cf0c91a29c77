// The roots of the field tables; everything else hangs below them. Spelled as the CRDs (toolhive.stacklok.dev) and
// ToolHive's Go structs spell them.
#pragma once

#include "core/config/resources.hpp"
#include "core/config/schema.hpp"

namespace vmcpauth::config {

extern const Object kSecretKeyRef;         // SecretKeyRef
extern const Object kAuthServerManifest;   // AuthServerSpec, camelCase
extern const Object kAuthServerRunConfig;  // AuthServerSpec, snake_case
extern const Object kExternalAuthSpec;     // StrategySpec, as MCPExternalAuthConfig.spec
extern const Object kStrategy;             // StrategySpec, as in the runtime YAML
extern const Object kServer;               // ServerSpec: the runtime YAML
extern const Object kServerInManifest;     // ServerSpec: VirtualMCPServer.spec.config
extern const Object kAggregation;          // AggregationSpec
extern const Object kOperational;          // OperationalSpec
extern const Object kOidcIncomingShared;   // OidcIncomingSpec, as MCPOIDCConfig.spec.inline

extern const Object kVirtualServerSpec;
extern const Object kOidcConfigSpec;
extern const Object kGroupSpec;
extern const Object kServerWorkloadSpec;
extern const Object kRemoteProxySpec;
extern const Object kServerEntrySpec;
extern const Object kAuthzConfigSpec;
extern const Object kToolConfigSpec;

}  // namespace vmcpauth::config
