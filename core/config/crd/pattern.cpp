#include "core/config/crd/pattern.hpp"

#include <re2/re2.h>

namespace vmcpauth::config::crd {
namespace {

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct Pattern::Compiled {
  explicit Compiled(std::string_view pattern) : text(pattern), expression(text, quiet()) {}
  std::string text;
  RE2 expression;
};

Result<Pattern> Pattern::compile(std::string_view text) {
  auto compiled = std::make_shared<const Compiled>(text);
  if (!compiled->expression.ok()) return fail(ErrorCode::InvalidInput, compiled->expression.error());
  return Pattern(std::move(compiled));
}

bool Pattern::found_in(std::string_view value) const { return RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), compiled_->expression); }

const std::string& Pattern::text() const noexcept { return compiled_->text; }

}  // namespace vmcpauth::config::crd
