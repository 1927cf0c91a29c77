// `actor_matcher` of a trusted issuer: a CEL expression over the verified claims of a foreign subject token that says whether
// its holder may have it exchanged, besides allowed_actors (ToolHive docs/arch/17). The one variable is `claims`. Fails closed.
#pragma once

#include <string>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/config/cel/program.hpp"

namespace vmcpauth::authserver {

class ActorMatcher {
 public:
  // InvalidConfig: no CEL, or never a decision about a token; Unsupported: CEL beyond the subset that is implemented.
  [[nodiscard]] static Result<ActorMatcher> make(const std::string& expression);

  // True only when the expression is true of these claims. Forbidden when it cannot be evaluated (a claim that is not there, a
  // result that is no boolean): the message holds nothing of the token.
  [[nodiscard]] Result<bool> matches(const Json& claims) const;

 private:
  explicit ActorMatcher(config::cel::Program program) : program_(std::move(program)) {}
  config::cel::Program program_;
};

}  // namespace vmcpauth::authserver
