// How a command asks for a store, and what it gets: --store and its companions as plain values. The opening itself is a
// collaborator (World::open_store), so that tests hand out a store of their own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/error.hpp"
#include "core/jose/jwk.hpp"
#include "core/store/store_browser.hpp"
#include "proxy/network.hpp"

namespace vmcpauth::cli {

struct StoreRequest {
  std::string location;   // "sqlite:PATH", "redis://…"; "" = the SQLite file of serve
  std::string prefix;     // in a Redis: the keys' prefix, "" = by server
  std::string server;     // in a Redis: "namespace/name", "" = found by looking
  bool writable = false;  // may be changed
};

struct OpenedStore {
  std::shared_ptr<store::Store> store;  // owns what it stands on; used and released before the network goes
  std::string shown;                    // in words, without password
  bool live = false;                    // a Redis that others may be using
  // The public keys that servers on this store made and keep in it, to sign with; empty where none does. Unavailable.
  std::function<Result<jose::JwkSet>()> own_keys;
};

// NotFound: no such file, no server in the Redis; InvalidInput: the location, several servers; Unavailable; Forbidden.
using StoreOpener = std::function<Result<OpenedStore>(const StoreRequest&, proxy::Network&)>;

}  // namespace vmcpauth::cli
