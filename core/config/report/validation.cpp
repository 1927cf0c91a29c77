#include "core/config/report/validation.hpp"

#include <algorithm>

#include "core/config/report/baseline.hpp"
#include "core/config/report/ignore_comments.hpp"

namespace vmcpauth::config {

bool ValidateResult::incomplete() const {
  const auto& all = loaded.diagnostics.all();
  return std::any_of(all.begin(), all.end(), [](const Diagnostic& finding) { return finding.rule == Rule::Unreadable; });
}

bool ValidateResult::failed() const {
  const auto& diagnostics = loaded.diagnostics;
  return diagnostics.has_errors() || (strict && diagnostics.count(Severity::Warning) > 0);
}

ValidateResult validate(const ValidateOptions& options, const Files& files) {
  ValidateResult out;
  out.strict = options.strict;
  out.loaded = check(options.load, files);
  if (options.more) options.more(out.loaded);
  auto& diagnostics = out.loaded.diagnostics;
  const auto unselected = [&](const Diagnostic& finding) { return !options.selection.includes(finding.rule); };
  diagnostics.drop_if(unselected);
  const auto ran = [&](Rule rule) { return options.selection.includes(rule) && (!options.ran || options.ran(rule)); };
  out.accepted_by_comment = apply_ignore_comments(out.loaded.sources, ran, diagnostics);
  if (!options.baseline_path.empty()) {
    out.accepted_by_baseline = apply_baseline(options.baseline_path, files, ran, out.loaded.sources, diagnostics);
  }
  diagnostics.drop_if(unselected);
  diagnostics.sort();
  return out;
}

}  // namespace vmcpauth::config
