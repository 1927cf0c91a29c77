// One token exchange as `token exchange` runs it: the request shown without its secrets, the answer taken apart, a refusal
// explained by rule; and the small matrix of variations that --try sends to find out what a token service accepts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/http/client.hpp"
#include "core/inspect/claim_diff.hpp"
#include "core/inspect/token_report.hpp"
#include "core/outgoing/exchange_request.hpp"

namespace vmcpauth::inspect {

// The tokens that an exchange may begin with, by the type they are sent as.
using SubjectTokens = std::map<config::SubjectTokenType, Secret>;

struct ShownField {
  std::string name, value;  // a token or secret reads "[redacted]"
};

// What would be sent, in order: the client's authentication, then the form.
[[nodiscard]] std::vector<ShownField> show_request(const outgoing::ExchangeTarget& target);

struct RefusalShown {
  std::string code;         // OAuth error code; "" = none
  std::string message;      // all that is known, redacted
  std::string rule, means;  // of upstream::refusal_rules; "" = no rule fits
};

struct ExchangeOutcome {
  std::optional<Secret> token;  // what came out
  std::optional<TokenReport> report;
  std::vector<ClaimChange> diff;  // when both tokens can be read
  std::string issued_token_type, token_type;
  std::optional<Seconds> lifetime;
  std::optional<std::vector<std::string>> scopes;  // as the answer says
  std::string warning;                             // it came, but a strategy would not use it; "" = fine
  std::optional<RefusalShown> refusal;
};

[[nodiscard]] Task<ExchangeOutcome> run_exchange(outgoing::ExchangeTarget target, Secret subject_token, http::HttpClient& http, const Clock& clock);

// What the refusal rules make of an error from an upstream.
[[nodiscard]] RefusalShown explain(const Error& error, upstream::Asked asked, const Url& url);

struct Variation {
  outgoing::ExchangeTarget target;
  std::string shown;  // "audience, scope, access_token"
};

inline constexpr std::size_t kMaxVariations = 36;

// As configured first; then with the target as audience, as resource, as both and left out, with and without scope, for every
// type of subject token at hand. No two alike, at most kMaxVariations.
[[nodiscard]] std::vector<Variation> variations(const outgoing::ExchangeTarget& target, const SubjectTokens& subjects);

// True for a refusal that every other variation would get too: the client is unknown, or there is no such endpoint.
[[nodiscard]] bool is_hopeless(const RefusalShown& refusal);

}  // namespace vmcpauth::inspect
