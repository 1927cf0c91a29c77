// One party asked over the network, without a login and without a credential: its metadata, its keys, its clock, what it
// says it can do. Called by examine.cpp, once a party.
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

// What one probe found; positions are the party's own.
struct ProbeFinding {
  config::Rule rule;
  config::Span at;
  std::string message;
  std::string hint;
};

struct ProbeContext {
  http::HttpClient& client;
  const Clock& clock;
  SteadyPoint deadline;
};

// Everything in `context` and `party` must outlive the task.
[[nodiscard]] Task<std::vector<ProbeFinding>> probe(const config::Party& party, const ProbeContext& context);

}  // namespace vmcpauth::live
