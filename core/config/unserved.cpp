#include "core/config/unserved.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vmcpauth::config {
namespace {

struct Effect {
  UnservedOf of;
  std::string_view name;
  std::string_view text;
  bool decides_access = false;
};

constexpr std::string_view kOpenToAll = "not asked here: whoever may connect may call every tool";
constexpr std::string_view kAllTools = "every tool is listed here; in the cluster clients see find_tool and call_tool";
constexpr std::string_view kNoComposites = "composite tools are not listed here";
constexpr std::string_view kNoTelemetry = "no traces and metrics are sent from here";
constexpr std::string_view kProxyAsks = "the backend's proxy in the cluster asks these policies; this server does not";

constexpr std::array kEffects{
    Effect{UnservedOf::Server, "authz", kOpenToAll, true},
    Effect{UnservedOf::Server, "authzConfig", kOpenToAll, true},
    Effect{UnservedOf::Server, "authzConfigRef", kOpenToAll, true},
    Effect{UnservedOf::Server, "compositeTools", kNoComposites},
    Effect{UnservedOf::Server, "compositeToolRefs", kNoComposites},
    Effect{UnservedOf::Server, "optimizer", kAllTools},
    Effect{UnservedOf::Server, "embeddingServerRef", kAllTools},
    Effect{UnservedOf::Server, "codeMode", "execute_tool_script is not listed here"},
    Effect{UnservedOf::Server, "rateLimiting", "no call is refused here for being one too many"},
    Effect{UnservedOf::Server, "audit", "no audit log is written here; the log has a line for each request"},
    Effect{UnservedOf::Server, "telemetry", kNoTelemetry},
    Effect{UnservedOf::Server, "telemetryConfigRef", kNoTelemetry},
    Effect{UnservedOf::Workload, "authzConfig", kProxyAsks},
    Effect{UnservedOf::Workload, "authzConfigRef", kProxyAsks},
    Effect{UnservedOf::Workload, "rateLimiting", "the backend's proxy in the cluster counts calls; this server does not"},
    Effect{UnservedOf::Workload, "webhookConfigRef", "the backend's proxy in the cluster calls the webhooks; this server does not"},
};

}  // namespace

void add_unserved(std::vector<UnservedPlan>& out, UnservedOf of, const std::string& path, const WrittenFields& written) {
  for (const auto& field : written) {
    const auto effect = std::find_if(kEffects.begin(), kEffects.end(), [&](const Effect& known) { return known.of == of && known.name == field.name; });
    if (effect != kEffects.end()) out.push_back({fmt::format("{}{}", path, field.name), field.at, effect->text, effect->decides_access});
  }
}

std::vector<UnservedSetting> located(const std::vector<UnservedPlan>& plans, const Sources& sources) {
  std::vector<UnservedSetting> out;
  for (const auto& plan : plans) {
    const auto at = plan.at.valid() ? fmt::format("{}:{}", sources.name(plan.at.file), sources.locate(plan.at).line) : std::string();
    out.push_back({.setting = plan.setting, .at = at, .effect = std::string(plan.effect), .decides_access = plan.decides_access});
  }
  return out;
}

}  // namespace vmcpauth::config
