// The upstream part of the authorization server's tables, in both spellings.
#pragma once

#include "core/config/schema.hpp"

namespace vmcpauth::config {

extern const Object kUpstreamManifest;   // UpstreamSpec
extern const Object kUpstreamRunConfig;  // UpstreamSpec

}  // namespace vmcpauth::config
