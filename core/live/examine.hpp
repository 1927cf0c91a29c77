// `validate --online`: every party of a configuration asked at once, under one deadline. No login, no credentials. Findings
// join those of the files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/task.hpp"
#include "core/config/diagnostic.hpp"
#include "core/config/parties.hpp"
#include "core/http/client.hpp"

namespace vmcpauth::live {

struct Examination {
  std::vector<config::Party> parties;
  Milliseconds deadline{30'000};  // for all of them together
  // Called as parties finish: how many of how many, and which. May be empty.
  std::function<void(std::size_t done, std::size_t all, const std::string& name)> progress;
};

[[nodiscard]] Task<config::Diagnostics> examine(Examination examination, http::HttpClient& client, const Clock& clock);

}  // namespace vmcpauth::live
