// Stored sessions in the stable JSON form of `token list` and `token doctor` (docs/reference/token-json.md). No token is in it.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/json.hpp"
#include "core/inspect/session_health.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::inspect {

[[nodiscard]] OrderedJson to_json(const store::UpstreamTokens& row, TimePoint now);  // one of its `providers`
[[nodiscard]] OrderedJson to_json(const store::SessionView& session, TimePoint now);
[[nodiscard]] OrderedJson to_json(const store::SessionView& session, const SessionHealth& health, TimePoint now);

// The short form of a tsid, as tables show it and as every command takes it back when it is unambiguous: 12 characters.
[[nodiscard]] std::string short_id(std::string_view session_id);

}  // namespace vmcpauth::inspect
