// The page between two legs of a login: what was granted so far, which provider is next and why, go on or stop. Pure: from facts
// to HTML. The form's POST carries the answer, so that it works without script and with the keyboard alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/authserver/auth_server.hpp"

namespace vmcpauth::authserver {

struct StepLeg {
  std::string provider;
  bool done = false;
  std::vector<std::string> scopes;      // granted
  std::optional<TimePoint> expires_at;  // of the access token
};

struct StepPage {
  std::string client_name;  // as it registered itself: no more than a claim
  std::string client_host;  // where the answer will go
  std::string user;         // who signed in at the first provider
  std::vector<StepLeg> legs;
  std::size_t next = 0;           // index into legs
  std::vector<ProviderUse> uses;  // of the next provider
  std::string form_action;
};

inline constexpr std::string_view kAnswerField = "answer";
inline constexpr std::string_view kContinue = "continue";
inline constexpr std::string_view kCancel = "cancel";

[[nodiscard]] http::Response step_page(const StepPage& page, TimePoint now);
// The same question when its facts are gone (another instance, a reload): the answer still counts.
[[nodiscard]] http::Response bare_step_page(const std::string& form_action);

}  // namespace vmcpauth::authserver
