// A CEL expression ready to be evaluated: parsed, and checked to use only what is implemented here, so that a rule is
// either evaluated as an API server would or reported as not evaluated; never silently passed. Used by the CRD validator.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/config/cel/ast.hpp"
#include "core/config/cel/value.hpp"

namespace vmcpauth::config::cel {

using Variables = std::map<std::string, Value, std::less<>>;

// The bound on one evaluation; Kubernetes' own per-rule limit is of the same kind (k8s.io/apiserver, cel/limits.go).
inline constexpr std::size_t kMaxSteps = 1'000'000;

class Program {
 public:
  // InvalidInput (syntax), TooLarge, Unsupported (a function, macro or syntax beyond the subset; the message names it).
  [[nodiscard]] static Result<Program> compile(std::string_view text);

  // The value under these variables ("self", "oldSelf"). InvalidInput: an evaluation error (no such key, no such overload, overflow,
  // division by zero, bad duration or pattern); TooLarge: more than kMaxSteps.
  [[nodiscard]] Result<Value> evaluate(const Variables& variables) const;

  // True when the expression names this variable anywhere (transition rules name oldSelf).
  [[nodiscard]] bool mentions(std::string_view variable) const;

 private:
  explicit Program(std::shared_ptr<const Expr> root) : root_(std::move(root)) {}
  std::shared_ptr<const Expr> root_;
};

}  // namespace vmcpauth::config::cel
