// `validate` without its command line: read, check, let comments and the baseline accept what they accept. Called by
// cli/validate_command; the texts of the result are made by formats.hpp.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/base/files.hpp"
#include "core/config/load.hpp"
#include "core/config/report/rule_selection.hpp"

namespace vmcpauth::config {

struct ValidateOptions {
  LoadOptions load;
  RuleSelection selection;
  bool strict = false;        // warnings fail, too
  std::string baseline_path;  // empty: none
  // Further findings (live checks), added before anything is accepted; `ran` tells which of the optional rules they cover.
  std::function<void(LoadResult& loaded)> more;
  // Rules that need an option that was not given did not run, so that nothing about them is stale.
  std::function<bool(Rule)> ran;
};

struct ValidateResult {
  LoadResult loaded;  // findings selected, sorted and not accepted
  std::size_t accepted_by_comment = 0;
  std::size_t accepted_by_baseline = 0;
  bool strict = false;

  // Some input could not be read at all.
  [[nodiscard]] bool incomplete() const;
  // There is something to repair: an error, or with strict a warning.
  [[nodiscard]] bool failed() const;
};

[[nodiscard]] ValidateResult validate(const ValidateOptions& options, const Files& files);

}  // namespace vmcpauth::config
