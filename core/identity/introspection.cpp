#include "core/identity/introspection.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/crypto/digest.hpp"
#include "core/identity/token_facts.hpp"
#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::identity {
namespace {

constexpr std::size_t kMaxAnswer = 64U * 1024U;
constexpr double kLatestTime = 253'402'300'799.0;  // the end of the year 9999

Error no_answer(std::string note) { return Error(ErrorCode::Unavailable, "introspection endpoint gives no answer").note(std::move(note)); }

// RFC 6749 §2.3.1: id and secret are form-encoded before they become user name and password.
std::string basic_credentials(const std::string& client_id, const Secret& secret) {
  const auto form_value = [](const std::string& text) { return form_encode({{"", text}}).substr(1); };
  return "Basic " + base64_encode(form_value(client_id) + ':' + form_value(secret.reveal()));
}

Result<std::optional<TimePoint>> date(const Json& answer, const char* name) {
  const auto member = answer.find(name);
  if (member == answer.end() || member->is_null()) return std::nullopt;
  const double seconds = member->is_number() ? member->get<double>() : std::nan("");
  if (!(seconds >= 0 && seconds <= kLatestTime)) return fail(ErrorCode::Unauthenticated, std::string("introspected \"") + name + "\" is not a date");
  return TimePoint(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
}

// Answers are kept by the token's SHA-256: anybody may send tokens that are refused, large ones and many.
Secret key_of(const Secret& token) { return Secret(crypto::sha256(token.reveal())); }

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Result<void> check_times(const Json& answer, Seconds leeway, TimePoint now, TokenFacts& facts) {
  TRY(auto expires, date(answer, "exp"));
  TRY(auto not_before, date(answer, "nbf"));
  if (!expires) return fail(ErrorCode::Unauthenticated, "introspected token has no expiry");
  if (now - leeway >= *expires) return fail(ErrorCode::Expired, "token has expired");
  if (not_before && now + leeway < *not_before) return fail(ErrorCode::Unauthenticated, "token is not valid yet");
  facts.expires_at = *expires;
  return {};
}

}  // namespace

Introspector::Introspector(IntrospectionSettings settings, http::HttpClient& client, const Clock& clock)
    : settings_(std::move(settings)), client_(client), clock_(clock) {}

Task<Result<TokenFactsPtr>> Introspector::introspect(Secret token) {
  const auto now = clock_.now();
  const auto key = key_of(token);
  auto known = active_.find(key, now);
  if (known) co_return known;
  if (refused_.find(key, now)) co_return std::unexpected(Error(ErrorCode::Unauthenticated, "token is not accepted by its issuer").note("remembered answer"));
  auto flight = key.reveal();
  auto landed = co_await flight_.run(std::move(flight), ask(std::move(token)));
  co_return *landed;
}

Task<Result<TokenFactsPtr>> Introspector::ask(Secret token) {
  CO_TRY(auto url, co_await endpoint());
  http::ClientRequest request{.method = "POST", .url = std::move(url), .peer = settings_.peer, .max_response_bytes = kMaxAnswer};
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  FormFields fields{{"token", token.reveal()}, {"token_type_hint", "access_token"}};
  if (settings_.client_secret) {
    request.headers.set("Authorization", basic_credentials(settings_.client_id, *settings_.client_secret));
  } else if (!settings_.client_id.empty()) {
    fields.emplace_back("client_id", settings_.client_id);
  }
  request.body = form_encode(fields);
  auto response = co_await client_.send(std::move(request));
  if (!response) co_return std::unexpected(no_answer(response.error().describe()));
  if (response->status != 200) co_return std::unexpected(no_answer("status " + std::to_string(response->status)));
  const auto now = clock_.now();
  auto read = read_answer(response->body, now);
  if (!read) {
    if (read.error().code() != ErrorCode::Unavailable) refused_.put(key_of(token), std::make_shared<const TokenFacts>(), now, now + kRefusedLifetime);
    co_return std::unexpected(std::move(read).error());
  }
  auto key = key_of(token);
  read->identity = identity_of(*read, std::move(token));
  auto facts = std::make_shared<const TokenFacts>(*std::move(read));
  active_.put(std::move(key), facts, now, std::min(facts->expires_at, now + kActiveLifetime));
  co_return facts;
}

Task<Result<Url>> Introspector::endpoint() {
  std::optional<Url> url;
  if (const auto* fixed = std::get_if<Url>(&settings_.endpoint)) {
    url = *fixed;
  } else {
    auto metadata = co_await std::get<std::shared_ptr<oauth::MetadataSource>>(settings_.endpoint)->get();
    if (!metadata) co_return std::unexpected(no_answer(metadata.error().describe()));
    url = (*metadata)->introspection_endpoint;
    if (!url) co_return std::unexpected(no_answer("issuer's metadata has no introspection_endpoint"));
  }
  if (!oauth::is_scheme_allowed(*url, settings_.peer)) co_return std::unexpected(no_answer("endpoint is not an https URL"));
  co_return *std::move(url);
}

Result<TokenFacts> Introspector::read_answer(const std::string& body, TimePoint now) const {
  auto answer = parse_json_object(body, {.max_bytes = kMaxAnswer});
  if (!answer) return std::unexpected(no_answer(answer.error().describe()));
  const auto active = answer->find("active");
  if (active == answer->end() || !active->is_boolean()) return std::unexpected(no_answer("\"active\" is missing"));
  if (*active != true) return fail(ErrorCode::Unauthenticated, "token is not active at its issuer");
  TokenFacts facts;
  TRY_VOID(check_times(*answer, settings_.leeway, now, facts));
  const auto issuer = answer->find("iss");
  if (issuer == answer->end() || *issuer != settings_.issuer) return fail(ErrorCode::Unauthenticated, "token is from another issuer");
  const auto aud = answer->find("aud");
  if (aud != answer->end() && (aud->is_string() || aud->is_array())) facts.audiences = audiences_of(*answer);
  const bool is_ours =
      std::ranges::any_of(facts.audiences, [&](const auto& audience) { return std::ranges::find(settings_.audiences, audience) != settings_.audiences.end(); });
  if (!is_ours) return fail(ErrorCode::Unauthenticated, "token is for another audience");
  // `sub` is optional (RFC 7662 §2.2): a token of a client's own stands for that client.
  TRY(auto subject, optional_string(*answer, "sub"));
  if (!subject || subject->empty()) {
    TRY(subject, optional_string(*answer, "client_id"));
  }
  if (!subject || subject->empty()) return fail(ErrorCode::Unauthenticated, "token has no subject");
  facts.subject = *std::move(subject);
  TRY(auto scope, optional_string(*answer, "scope"));
  if (scope) facts.scopes = words(*scope);
  return facts;
}

}  // namespace vmcpauth::identity
