#include "core/inspect/exchange_run.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/upstream/token_response.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr const char* kRedacted = "[redacted]";

// The claims of a token, or null.
Json claims_of(const Secret& token) {
  auto decoded = decode_token(token.reveal());
  return decoded ? std::move(decoded->claims) : Json();
}

void take_answer(ExchangeOutcome& outcome, upstream::TokenResponse response, const Secret& subject, TimePoint now) {
  if (auto usable = outgoing::check_exchanged(response); !usable) outcome.warning = usable.error().describe();
  auto decoded = decode_token(response.access_token.reveal());
  if (decoded) {
    outcome.report = make_report(*decoded, now);
    if (outcome.report->claims.is_object()) outcome.diff = diff_claims(claims_of(subject), decoded->claims);
  }
  outcome.issued_token_type = printable(response.issued_token_type, 100);
  outcome.token_type = printable(response.token_type, 40);
  outcome.lifetime = response.lifetime;
  outcome.scopes = std::move(response.scopes);
  outcome.token = std::move(response.access_token);
}

std::string describe_variation(const outgoing::ExchangeTarget& target) {
  std::vector<std::string> parts;
  if (!target.audience.empty()) parts.push_back("audience=" + printable(target.audience, 120));
  if (!target.resource.empty()) parts.push_back("resource=" + printable(target.resource, 120));
  if (!target.scopes.empty()) parts.push_back(printable(fmt::format("scope=\"{}\"", fmt::join(target.scopes, " ")), 200));
  const auto urn = outgoing::urn_of(target.subject_token_type);
  parts.push_back("subject " + std::string(urn.substr(urn.rfind(':') + 1)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool alike(const outgoing::ExchangeTarget& a, const outgoing::ExchangeTarget& b) {
  return a.audience == b.audience && a.resource == b.resource && a.scopes == b.scopes && a.subject_token_type == b.subject_token_type;
}

void add(std::vector<Variation>& out, outgoing::ExchangeTarget target) {
  const bool known = std::any_of(out.begin(), out.end(), [&](const auto& variation) { return alike(variation.target, target); });
  if (known || out.size() == kMaxVariations) return;
  auto shown = describe_variation(target);
  out.push_back({std::move(target), std::move(shown)});
}

struct Place {
  std::string audience, resource;
};

// Where a target can be named. RFC 8693 has audience for logical names and resource for URLs; services take one, both or none.
std::vector<Place> places_of(const outgoing::ExchangeTarget& target) {
  const auto& name = target.audience.empty() ? target.resource : target.audience;
  std::vector<Place> out{{target.audience, target.resource}};
  if (!name.empty()) {
    out.push_back({name, ""});
    if (Url::parse(target.resource.empty() ? name : target.resource)) {
      const auto& url = target.resource.empty() ? name : target.resource;
      out.push_back({"", url});
      out.push_back({name, url});
    }
  }
  out.push_back({"", ""});
  return out;
}

}  // namespace

std::vector<ShownField> show_request(const outgoing::ExchangeTarget& target) {
  const auto request = outgoing::exchange_request(target, Secret("subject"));
  std::vector<ShownField> out;
  if (request.client.method == upstream::ClientAuthentication::Basic) {
    out.push_back({"Authorization", fmt::format("Basic {} (client {})", kRedacted, printable(request.client.id, 200))});
  } else if (!request.client.id.empty()) {
    out.push_back({"client_id", printable(request.client.id, 200)});
  }
  for (const auto& [name, value] : request.form) out.push_back({name, name == "subject_token" ? kRedacted : printable(value, 1000)});
  return out;
}

RefusalShown explain(const Error& error, upstream::Asked asked, const Url& url) {
  RefusalShown out{.code = error.oauth_code().value_or(""), .message = error.describe(), .rule = {}, .means = {}};
  if (error.code() != ErrorCode::UpstreamError) return out;
  if (const auto* rule = upstream::find_refusal_rule(asked, url, out.code, out.message)) {
    out.rule = rule->id;
    out.means = rule->text;
    // The advice is one of the error's notes already: once is enough.
    const auto at = out.message.find(": " + out.means);
    if (at != std::string::npos) out.message.erase(at, out.means.size() + 2);
  }
  return out;
}

Task<ExchangeOutcome> run_exchange(outgoing::ExchangeTarget target, Secret subject_token, http::HttpClient& http, const Clock& clock) {
  ExchangeOutcome outcome;
  auto request = outgoing::exchange_request(target, subject_token);
  const auto peer = request.peer;
  auto answer = co_await upstream::ask_token_endpoint(http, std::move(request));
  if (!answer) {
    outcome.refusal = explain(answer.error(), upstream::Asked::Exchange, target.token_url);
    co_return outcome;
  }
  auto response = upstream::read_token_response(answer->document, nullptr, false);
  if (!response) {
    auto error = upstream::with_peer(std::move(response).error(), peer);
    outcome.refusal = explain(error, upstream::Asked::Exchange, target.token_url);
    co_return outcome;
  }
  take_answer(outcome, *std::move(response), subject_token, clock.now());
  co_return outcome;
}

std::vector<Variation> variations(const outgoing::ExchangeTarget& target, const SubjectTokens& subjects) {
  std::vector<config::SubjectTokenType> types;
  if (subjects.contains(target.subject_token_type)) types.push_back(target.subject_token_type);
  for (const auto& [type, token] : subjects) {
    if (type != target.subject_token_type) types.push_back(type);
  }
  std::vector<Variation> out;
  for (const auto type : types) {
    for (const auto& place : places_of(target)) {
      for (const bool with_scope : {true, false}) {
        auto varied = target.clone();
        varied.subject_token_type = type;
        varied.audience = place.audience;
        varied.resource = place.resource;
        if (!with_scope) varied.scopes.clear();
        add(out, std::move(varied));
      }
    }
  }
  return out;
}

bool is_hopeless(const RefusalShown& refusal) {
  constexpr std::array<std::string_view, 2> kClient{"invalid_client", "unsupported_grant_type"};
  return refusal.code.empty() || std::find(kClient.begin(), kClient.end(), refusal.code) != kClient.end();
}

}  // namespace vmcpauth::inspect
