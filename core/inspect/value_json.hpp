// The JSON of what several documents of `token` have in common: times, observations, refusals (document_shapes.hpp).
#pragma once

#include "core/base/clock.hpp"
#include "core/base/json.hpp"
#include "core/inspect/observation.hpp"

namespace vmcpauth::inspect {

struct RefusalShown;

[[nodiscard]] OrderedJson to_json(TimePoint at, TimePoint now);
[[nodiscard]] OrderedJson to_json(const Observations& seen);
[[nodiscard]] OrderedJson to_json(const RefusalShown& refusal);

}  // namespace vmcpauth::inspect
