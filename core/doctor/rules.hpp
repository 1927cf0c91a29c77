// What the doctor can find: rules VMA830 to VMA869 of the one table (core/config/catalogue/doctor.cpp), under the name this room
// uses. `vmcpauth explain` knows them as it knows those of configuration.
#pragma once

#include <string>

#include "core/config/catalogue/doctor.hpp"

namespace vmcpauth::doctor {

using Rule = config::DoctorRule;

[[nodiscard]] inline const config::RuleInfo& info(Rule rule) noexcept { return config::info(config::rule_of(rule)); }
// "VMA839".
[[nodiscard]] inline std::string rule_id(Rule rule) { return config::rule_id(config::rule_of(rule)); }

}  // namespace vmcpauth::doctor
