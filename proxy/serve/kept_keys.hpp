// Generated keys that survive a restart, and that processes sharing a store agree on: kept in the store, sealed. (SQLite seals by
// itself; what goes into a Redis is sealed here.)
#pragma once

#include "core/authserver/keys.hpp"
#include "core/jose/jwk.hpp"
#include "proxy/store/open_store.hpp"

namespace vmcpauth::proxy {

// The keys of the server `name` in this store; `fresh` ones when there were none. Blocks; not for io threads.
// Unavailable: the store, or they were sealed with another key.
[[nodiscard]] Result<authserver::EphemeralKeys> kept_keys(const OpenedStore& store, const std::string& name, const authserver::EphemeralKeys& fresh,
                                                          StoreTools tools);

// The public halves of all signing keys that are kept in this store: what tokens of its servers are checked with. Blocks; makes
// no key file. Unavailable as above.
[[nodiscard]] Result<jose::JwkSet> kept_public_keys(const OpenedStore& store, StoreTools tools);

}  // namespace vmcpauth::proxy
