#include "proxy/serve/kept_keys.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include "core/base/encoding.hpp"
#include "core/client/credential_store.hpp"
#include "core/crypto/seal.hpp"
#include "core/jose/key_ring.hpp"
#include "proxy/io_pool.hpp"

namespace vmcpauth::proxy {

namespace {

Result<Secret> keep(store::Store& store, std::string name, Secret value, StoreTools tools) {
  return tools.pool.run(store.keep(std::move(name), std::move(value)));
}

constexpr std::string_view kGeneratedKeys = "generated keys of ";

Error sealed_with_another() {
  return Error(ErrorCode::Unavailable,
               "the generated keys in the store were sealed with another key: give every process the same VMCPAUTH_STORE_KEY, or name signing keys and HMAC "
               "secrets in the configuration");
}

Result<Secret> open_sealed(const crypto::Sealer& sealer, const std::string& name, const Secret& kept) {
  auto bytes = base64url_decode(kept.reveal());
  if (!bytes) return fail(ErrorCode::Unavailable, "the generated keys in the store are damaged");
  auto opened = sealer.open(*bytes, name);
  if (!opened) return std::unexpected(sealed_with_another());
  return opened;
}

// Sealed under the key that all processes share.
Result<Secret> keep_sealed(store::Store& store, const std::string& name, const Secret& value, StoreTools tools) {
  TRY(const auto store_key, shared_store_key(tools));
  TRY(const auto sealer, crypto::Sealer::with_key(store_key, "keys"));
  TRY(const auto sealed, sealer.seal(value, name, tools.random));
  TRY(const auto kept, keep(store, name, Secret(base64url_encode(sealed)), tools));
  return open_sealed(sealer, name, kept);
}

// Looking makes no key: one that is made now opens nothing.
Result<crypto::Sealer> existing_sealer(StoreTools tools) {
  std::error_code ignored;
  const auto folder = client::state_folder(tools.env);
  const bool there = folder && std::filesystem::exists(*folder / kStoreKeyFile, ignored);
  if (!there && !tools.env.get(crypto::kStoreKeyVariable)) {
    return fail(ErrorCode::Unavailable, "the generated keys in the store are sealed, and there is no key for them here: set VMCPAUTH_STORE_KEY");
  }
  TRY(const auto store_key, shared_store_key(tools));
  return crypto::Sealer::with_key(store_key, "keys");
}

}  // namespace

Result<authserver::EphemeralKeys> kept_keys(const OpenedStore& store, const std::string& name, const authserver::EphemeralKeys& fresh, StoreTools tools) {
  const std::string key = std::string(kGeneratedKeys) + name;
  TRY(const auto text, store.shared ? keep_sealed(*store.store, key, fresh.to_text(), tools) : keep(*store.store, key, fresh.to_text(), tools));
  return authserver::EphemeralKeys::from_text(text);
}

Result<jose::JwkSet> kept_public_keys(const OpenedStore& store, StoreTools tools) {
  TRY(auto values, tools.pool.run(store.store->kept_values()));
  std::erase_if(values, [](const auto& value) { return !value.first.starts_with(kGeneratedKeys); });
  if (values.empty()) return jose::JwkSet();
  std::optional<crypto::Sealer> sealer;
  if (store.shared) {
    TRY(sealer, existing_sealer(tools));
  }
  std::vector<jose::Jwk> keys;
  for (auto& [name, value] : values) {
    TRY(const auto text, sealer ? open_sealed(*sealer, name, value) : Result<Secret>(std::move(value)));
    TRY(const auto kept, authserver::EphemeralKeys::from_text(text));
    std::vector<Secret> pem;
    pem.push_back(kept.signing_pem.clone());
    TRY(const auto ring, jose::KeyRing::from_pem(pem));
    const auto& published = ring.public_keys().keys();
    keys.insert(keys.end(), published.begin(), published.end());
  }
  return jose::JwkSet(std::move(keys));
}

}  // namespace vmcpauth::proxy
