// The end of a credential: its refresh token (or access token) revoked where the authorization server lets us (RFC 7009), and
// its file removed whatever the server said.
#pragma once

#include "core/client/credential_store.hpp"
#include "core/client/discovery.hpp"
#include "core/client/token_client.hpp"

namespace vmcpauth::client {

// Tells progress whether the server knows of it. NotFound, Io (the file).
[[nodiscard]] Task<Result<void>> log_out(Ports ports, CredentialStore& store, Credential credential, Trust trust, Progress& progress);

}  // namespace vmcpauth::client
