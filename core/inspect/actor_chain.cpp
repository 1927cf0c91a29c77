#include "core/inspect/actor_chain.hpp"

#include "core/inspect/claim_values.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr std::size_t kMaxActors = 16;

Actor actor_of(const Json& value) { return {text_claim(value, "sub"), text_claim(value, "iss"), text_claim(value, "client_id")}; }

}  // namespace

ActorChain read_actor_chain(const Json& claims, Observations& out) {
  ActorChain chain;
  if (!claims.is_object()) return chain;
  const auto may_act = claims.find("may_act");
  if (may_act != claims.end() && may_act->is_object()) chain.may_act.push_back(actor_of(*may_act));
  const auto first = claims.find("act");
  if (first == claims.end()) return chain;
  for (const Json* act = &*first; act != nullptr;) {
    if (!act->is_object()) {
      out.push_back({Severity::Problem, "act-malformed", "an act claim is not an object (RFC 8693 §4.1)"});
      break;
    }
    if (chain.actors.size() == kMaxActors) {
      out.push_back({Severity::Warning, "act-deep", "more than 16 actors are nested in act"});
      break;
    }
    chain.actors.push_back(actor_of(*act));
    if (chain.actors.back().subject.empty() && chain.actors.back().client_id.empty()) {
      out.push_back({Severity::Warning, "act-anonymous", "an act claim names no actor (sub)"});
    }
    const auto next = act->find("act");
    act = next == act->end() ? nullptr : &*next;
  }
  return chain;
}

}  // namespace vmcpauth::inspect
