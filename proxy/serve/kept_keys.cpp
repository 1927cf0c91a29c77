#include "proxy/serve/kept_keys.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/seal.hpp"
#include "proxy/io_pool.hpp"

namespace vmcpauth::proxy {

Result<authserver::EphemeralKeys> kept_keys(store::SessionStore& store, const std::string& name, const authserver::EphemeralKeys& fresh, StoreTools tools) {
  TRY(const auto store_key, shared_store_key(tools));
  TRY(const auto sealer, crypto::Sealer::with_key(store_key, "keys"));
  const std::string context = "generated keys of " + name;
  TRY(const auto sealed, sealer.seal(fresh.to_text(), context, tools.random));
  TRY(const auto kept, tools.pool.run(store.keep(context, Secret(base64url_encode(sealed)))));
  auto bytes = base64url_decode(kept.reveal());
  if (!bytes) return fail(ErrorCode::Unavailable, "the generated keys in the store are damaged");
  const auto opened = sealer.open(*bytes, context);
  if (!opened) {
    return fail(ErrorCode::Unauthenticated,
                "the generated keys in the store were sealed with another key: give every process the same VMCPAUTH_STORE_KEY, or name signing keys and HMAC "
                "secrets in the configuration");
  }
  return authserver::EphemeralKeys::from_text(*opened);
}

}  // namespace vmcpauth::proxy
