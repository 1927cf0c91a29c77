// Who acts for whom: the `act` claim, the newest actor outside (RFC 8693 §4.1), and `may_act` (§4.4). Used by make_report.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/inspect/observation.hpp"

namespace vmcpauth::inspect {

struct Actor {
  std::string subject, issuer, client_id;  // "" = not said
};

struct ActorChain {
  std::vector<Actor> actors;  // the one acting now first, then whom it got the right from
  std::vector<Actor> may_act;
};

// At most 16 actors; what is malformed is remarked in `out`.
[[nodiscard]] ActorChain read_actor_chain(const Json& claims, Observations& out);

}  // namespace vmcpauth::inspect
