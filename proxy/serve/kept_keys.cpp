#include "proxy/serve/kept_keys.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/seal.hpp"
#include "proxy/io_pool.hpp"

namespace vmcpauth::proxy {

namespace {

Result<Secret> keep(store::Store& store, std::string name, Secret value, StoreTools tools) {
  return tools.pool.run(store.keep(std::move(name), std::move(value)));
}

// Sealed under the key that all processes share.
Result<Secret> keep_sealed(store::Store& store, const std::string& name, const Secret& value, StoreTools tools) {
  TRY(const auto store_key, shared_store_key(tools));
  TRY(const auto sealer, crypto::Sealer::with_key(store_key, "keys"));
  TRY(const auto sealed, sealer.seal(value, name, tools.random));
  TRY(const auto kept, keep(store, name, Secret(base64url_encode(sealed)), tools));
  auto bytes = base64url_decode(kept.reveal());
  if (!bytes) return fail(ErrorCode::Unavailable, "the generated keys in the store are damaged");
  auto opened = sealer.open(*bytes, name);
  if (opened) return opened;
  return fail(ErrorCode::Unavailable,
              "the generated keys in the store were sealed with another key: give every process the same VMCPAUTH_STORE_KEY, or name signing keys and HMAC "
              "secrets in the configuration");
}

}  // namespace

Result<authserver::EphemeralKeys> kept_keys(const OpenedStore& store, const std::string& name, const authserver::EphemeralKeys& fresh, StoreTools tools) {
  const std::string key = "generated keys of " + name;
  TRY(const auto text, store.shared ? keep_sealed(*store.store, key, fresh.to_text(), tools) : keep(*store.store, key, fresh.to_text(), tools));
  return authserver::EphemeralKeys::from_text(text);
}

}  // namespace vmcpauth::proxy
