#include "core/inspect/value_json.hpp"

#include "core/base/json_object.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/document_shapes.hpp"
#include "core/inspect/exchange_run.hpp"

namespace vmcpauth::inspect {

OrderedJson to_json(TimePoint at, TimePoint now) {
  JsonObject<kTimeShape> out;
  return out.set("unix", unix_seconds(at)).set("utc", utc_text(at)).set("relative", relative_text(at, now)).take();
}

OrderedJson to_json(const Observations& seen) {
  auto out = OrderedJson::array();
  for (const auto& one : seen) {
    JsonObject<kObservationShape> shown;
    out.push_back(shown.set("severity", to_string(one.severity)).set("code", one.code.text()).set("text", one.text).take());
  }
  return out;
}

OrderedJson to_json(const RefusalShown& refusal) {
  JsonObject<kRefusalShape> out;
  out.set("code", refusal.code).set("message", refusal.message);
  if (!refusal.rule.empty()) {
    JsonObject<kExplanationShape> explained;
    out.set("explained", explained.set("rule", refusal.rule).set("means", refusal.means).take());
  }
  return out.take();
}

}  // namespace vmcpauth::inspect
