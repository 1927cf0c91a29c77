// One configured backend ready to be called: where it is, the strategy that authenticates us there, and what a request
// to it is turned into. Immutable but for the strategy's own caches; shared by all io threads.
#pragma once

#include <memory>
#include <string>

#include "core/base/error.hpp"
#include "core/config/runtime.hpp"
#include "core/outgoing/make_outgoing.hpp"
#include "proxy/backend.hpp"

namespace vmcpauth::proxy {

struct MountedBackend {
  std::string name;
  std::string target;  // path and query of the endpoint
  std::shared_ptr<const Backend> origin;
  std::unique_ptr<outgoing::OutgoingAuth> auth;

  // InvalidConfig names the backend.
  [[nodiscard]] static Result<MountedBackend> make(const config::Backend& settings, outgoing::Dependencies dependencies);

  // The endpoint with the client's query appended.
  [[nodiscard]] std::string target_for(std::string_view client_query) const;
};

}  // namespace vmcpauth::proxy
