// Our registrations at upstreams (RFC 7591), kept in the session store: the upstream room's port on the store room's.
#pragma once

#include "core/base/clock.hpp"
#include "core/store/session_store.hpp"
#include "core/upstream/registrations.hpp"

namespace vmcpauth::proxy {

class StoredRegistrations final : public upstream::Registrations {
 public:
  StoredRegistrations(store::SessionStore& store, const Clock& clock) : store_(store), clock_(clock) {}
  [[nodiscard]] Task<Result<std::optional<upstream::Registration>>> find(std::string key) override;
  [[nodiscard]] Task<Result<void>> put(std::string key, upstream::Registration registration) override;

 private:
  store::SessionStore& store_;
  const Clock& clock_;
};

}  // namespace vmcpauth::proxy
