#include "core/authserver/actor_matcher.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::string_view kClaimsVariable = "claims";

Result<bool> decide(const config::cel::Program& program, const Json& claims) {
  const auto undecided = [] { return fail(ErrorCode::Forbidden, "actor_matcher does not decide about this token"); };
  const config::cel::Variables variables{{std::string(kClaimsVariable), config::cel::Value::from_json(claims)}};
  const auto value = program.evaluate(variables);
  if (!value) return undecided();  // its message may quote claims
  const bool* decision = value->get_if<bool>();
  if (decision == nullptr) return undecided();
  return *decision;
}

}  // namespace

Result<ActorMatcher> ActorMatcher::make(const std::string& expression) {
  auto program = config::cel::Program::compile(expression);
  if (!program) {
    const bool beyond = program.error().code() == ErrorCode::Unsupported;
    return fail(beyond ? ErrorCode::Unsupported : ErrorCode::InvalidConfig,
                (beyond ? "actor_matcher is not evaluated here: " : "actor_matcher: ") + program.error().message());
  }
  // Without the claims it is the same for every token: an error now would be one for ever.
  if (!program->mentions(kClaimsVariable) && !decide(*program, Json::object())) {
    return fail(ErrorCode::InvalidConfig, "actor_matcher has no result: it must be true or false of the variable \"claims\"");
  }
  return ActorMatcher(*std::move(program));
}

Result<bool> ActorMatcher::matches(const Json& claims) const { return decide(program_, claims); }

}  // namespace vmcpauth::authserver
