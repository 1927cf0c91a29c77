#include "core/config/cel/program.hpp"

#include <algorithm>

#include "core/config/cel/functions.hpp"
#include "core/config/cel/library.hpp"

namespace vmcpauth::config::cel {
namespace {

std::unexpected<Error> program_failure(std::string message) { return fail(ErrorCode::InvalidInput, std::move(message)); }

// A chain of scopes: macro variables shadow what stands outside.
struct Scope {
  const Scope* outer = nullptr;
  std::string_view name;
  const Value* value = nullptr;
};

class Evaluation {
 public:
  explicit Evaluation(const Variables& variables) : variables_(variables) {}

  Result<Value> run(const Expr& expr, const Scope* scope) {
    if (++steps_ > kMaxSteps) return fail(ErrorCode::TooLarge, "the expression takes too many steps");
    switch (expr.kind) {
      case ExprKind::Literal: return expr.value;
      case ExprKind::Identifier: return identifier(expr, scope);
      case ExprKind::Select: return select(expr, scope);
      case ExprKind::Has: return has(expr, scope);
      case ExprKind::Index: return index(expr, scope);
      case ExprKind::Call: return call(expr, scope);
      case ExprKind::List: return list(expr, scope);
      case ExprKind::Map: return map(expr, scope);
      case ExprKind::Conditional: return conditional(expr, scope);
      case ExprKind::And: return logical(expr, scope, false);
      case ExprKind::Or: return logical(expr, scope, true);
      case ExprKind::All:
      case ExprKind::Exists:
      case ExprKind::ExistsOne: return quantify(expr, scope);
      case ExprKind::Filter:
      case ExprKind::Transform: return collect(expr, scope);
    }
    return program_failure("unknown expression");
  }

 private:
  static Value boolean(bool value) { return Value(Value::Variant(value)); }

  Result<Value> identifier(const Expr& expr, const Scope* scope) const {
    for (; scope != nullptr; scope = scope->outer) {
      if (scope->name == expr.name) return *scope->value;
    }
    const auto it = variables_.find(expr.name);
    if (it == variables_.end()) return program_failure("undeclared reference to '" + expr.name + "'");
    return it->second;
  }

  Result<Value> select(const Expr& expr, const Scope* scope) {
    TRY(const auto operand, run(*expr.children.front(), scope));
    const Map* map = operand.as_map();
    if (map == nullptr) return program_failure("no such field '" + expr.name + "'");
    const auto it = map->find(expr.name);
    if (it == map->end()) return program_failure("no such key: " + expr.name);
    return it->second;
  }

  Result<Value> has(const Expr& expr, const Scope* scope) {
    TRY(const auto operand, run(*expr.children.front(), scope));
    const Map* map = operand.as_map();
    if (map == nullptr) return program_failure("has() of something that has no fields");
    return boolean(map->contains(expr.name));
  }

  Result<Value> index(const Expr& expr, const Scope* scope) {
    TRY(const auto operand, run(*expr.children[0], scope));
    TRY(const auto key, run(*expr.children[1], scope));
    if (const List* items = operand.as_list()) {
      const auto* number = key.get_if<std::int64_t>();
      if (number == nullptr || *number < 0 || static_cast<std::size_t>(*number) >= items->size()) return program_failure("index out of bounds");
      return (*items)[static_cast<std::size_t>(*number)];
    }
    const Map* map = operand.as_map();
    const auto* name = key.get_if<std::string>();
    if (map == nullptr || name == nullptr) return program_failure("no such overload: []");
    const auto it = map->find(*name);
    if (it == map->end()) return program_failure("no such key: " + *name);
    return it->second;
  }

  Result<std::vector<Value>> values(const Expr& expr, const Scope* scope) {
    std::vector<Value> out;
    out.reserve(expr.children.size());
    for (const auto& child : expr.children) {
      TRY(auto value, run(*child, scope));
      out.push_back(std::move(value));
    }
    return out;
  }

  Result<Value> call(const Expr& expr, const Scope* scope) {
    TRY(const auto arguments, values(expr, scope));
    // What a function does costs what it looks at.
    for (const auto& argument : arguments) {
      if (const auto* text = argument.get_if<std::string>()) steps_ += text->size() / 16;
      if (const auto* items = argument.as_list()) steps_ += items->size();
    }
    // As the API server counts matches() (k8s.io/apiserver, cel/library/cost.go): the text's length by the pattern's.
    if (arguments.size() >= 2 && pattern_function(expr.name) != nullptr) {
      const auto* text = arguments[0].get_if<std::string>();
      const auto* pattern = arguments[1].get_if<std::string>();
      if (text != nullptr && pattern != nullptr) steps_ += (text->size() / 10 + 1) * (pattern->size() / 4 + 1);
    }
    if (steps_ > kMaxSteps) return fail(ErrorCode::TooLarge, "the expression takes too many steps");
    return call_function(expr.name, arguments);
  }

  Result<Value> list(const Expr& expr, const Scope* scope) {
    TRY(auto items, values(expr, scope));
    return Value::list(std::move(items));
  }

  Result<Value> map(const Expr& expr, const Scope* scope) {
    TRY(auto flat, values(expr, scope));
    Map out;
    for (std::size_t i = 0; i < flat.size(); i += 2) {
      const auto* name = flat[i].get_if<std::string>();
      if (name == nullptr) return program_failure("map keys that are no strings are not supported");
      if (!out.emplace(*name, flat[i + 1]).second) return program_failure("repeated map key");
    }
    return Value::map(std::move(out));
  }

  Result<bool> truth(const Expr& expr, const Scope* scope) {
    TRY(const auto value, run(expr, scope));
    const auto* flag = value.get_if<bool>();
    if (flag == nullptr) return program_failure("no such overload: a condition is " + std::string(value.type_name()) + ", not bool");
    return *flag;
  }

  Result<Value> conditional(const Expr& expr, const Scope* scope) {
    TRY(const bool condition, truth(*expr.children[0], scope));
    return run(*expr.children[condition ? 1 : 2], scope);
  }

  // && and || absorb an error on one side when the other side decides (langdef, "Logical Operators").
  Result<Value> logical(const Expr& expr, const Scope* scope, bool deciding) {
    auto left = truth(*expr.children[0], scope);
    if (left && *left == deciding) return boolean(deciding);
    auto right = truth(*expr.children[1], scope);
    if (right && *right == deciding) return boolean(deciding);
    if (!left) return std::unexpected(std::move(left).error());
    if (!right) return std::unexpected(std::move(right).error());
    return boolean(!deciding);
  }

  // The elements a macro runs over: list items, or a map's keys.
  static Result<List> range_of(const Value& value) {
    if (const List* items = value.as_list()) return *items;
    const Map* map = value.as_map();
    if (map == nullptr) return program_failure("a macro runs over lists and maps only");
    List keys;
    for (const auto& [name, item] : *map) keys.emplace_back(Value::Variant(name));
    return keys;
  }

  Result<Value> quantify(const Expr& expr, const Scope* scope) {
    TRY(const auto range, run(*expr.children[0], scope));
    TRY(const auto items, range_of(range));
    std::optional<Error> error;
    std::size_t matches = 0;
    for (const auto& item : items) {
      const Scope inner{scope, expr.name, &item};
      auto result = truth(*expr.children[1], &inner);
      if (!result) {
        if (result.error().code() == ErrorCode::TooLarge || expr.kind == ExprKind::ExistsOne) return std::unexpected(std::move(result).error());
        error = std::move(result).error();
        continue;
      }
      if (*result) ++matches;
      if (expr.kind == ExprKind::All && !*result) return boolean(false);
      if (expr.kind == ExprKind::Exists && *result) return boolean(true);
    }
    if (error) return std::unexpected(*std::move(error));
    if (expr.kind == ExprKind::ExistsOne) return boolean(matches == 1);
    return boolean(expr.kind == ExprKind::All);
  }

  Result<Value> collect(const Expr& expr, const Scope* scope) {
    TRY(const auto range, run(*expr.children[0], scope));
    TRY(const auto items, range_of(range));
    const bool filtered = expr.kind == ExprKind::Filter || expr.children.size() == 3;
    List out;
    for (const auto& item : items) {
      const Scope inner{scope, expr.name, &item};
      if (filtered) {
        TRY(const bool keep, truth(*expr.children[1], &inner));
        if (!keep) continue;
      }
      if (expr.kind == ExprKind::Filter) {
        out.push_back(item);
        continue;
      }
      TRY(auto value, run(*expr.children.back(), &inner));
      out.push_back(std::move(value));
    }
    return Value::list(std::move(out));
  }

  const Variables& variables_;
  std::size_t steps_ = 0;
};

Result<void> check_functions(const Expr& expr) {
  for (const auto& child : expr.children) TRY_VOID(check_functions(*child));
  if (expr.kind == ExprKind::Call && !is_function(expr.name)) return fail(ErrorCode::Unsupported, "function " + expr.name + "()");
  return {};
}

bool names(const Expr& expr, std::string_view variable) {
  if (expr.kind == ExprKind::Identifier && expr.name == variable) return true;
  return std::any_of(expr.children.begin(), expr.children.end(), [&](const ExprPtr& child) { return names(*child, variable); });
}

}  // namespace

Result<Program> Program::compile(std::string_view text) {
  TRY(auto root, parse(text));
  TRY_VOID(check_functions(*root));
  return Program(std::shared_ptr<const Expr>(std::move(root)));
}

Result<Value> Program::evaluate(const Variables& variables) const { return Evaluation(variables).run(*root_, nullptr); }

bool Program::mentions(std::string_view variable) const { return names(*root_, variable); }

}  // namespace vmcpauth::config::cel
