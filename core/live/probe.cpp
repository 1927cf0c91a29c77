#include "core/live/probe.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/config/byte_diff.hpp"
#include "core/config/catalogue/live.hpp"
#include "core/http/date.hpp"
#include "core/jose/jwk.hpp"
#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::live {
namespace {

using config::Party;
using config::PartyRole;
using config::Placed;
using config::Rule;
namespace live_rule = config::live_rule;
using config::Span;

constexpr Milliseconds kRequestTimeout{10'000};
constexpr std::size_t kMaxBody = std::size_t{1} << 20U;
// Below it a signature's iat and exp still pass with the leeway everybody allows.
constexpr Seconds kTolerableSkew{5};

class Probe {
 public:
  Probe(const Party& party, const ProbeContext& context) : party_(party), context_(context) {}

  Task<std::vector<ProbeFinding>> run() {
    if (party_.issuer) {
      auto checked = check_issuer();
      co_await checked;
    } else {
      auto checked = check_endpoints();
      co_await checked;
    }
    co_return std::move(findings_);
  }

 private:
  void report(Rule rule, Span at, std::string message, std::string hint = {}) {
    findings_.push_back({rule, at, fmt::format("{}: {}", party_.name, message), std::move(hint)});
  }

  [[nodiscard]] http::PeerPolicy peer(const Url& url) const {
    return {.allow_private_addresses = party_.allow_private_addresses,
            .allow_loopback = url.is_loopback(),
            .allow_http = party_.allow_http,
            .ca_bundle_path = std::nullopt};
  }

  // Nothing after reporting why.
  Task<std::optional<http::ClientResponse>> ask(http::ClientRequest request, Span at) {
    const auto left = std::chrono::duration_cast<Milliseconds>(context_.deadline - context_.clock.steady());
    const auto where = request.url.text();
    if (left <= Milliseconds::zero()) {
      report(live_rule::kNotChecked, at, fmt::format("{} was not asked: the time was over", printable(where, 300)));
      co_return std::nullopt;
    }
    request.peer = peer(request.url);
    request.timeout = std::min(kRequestTimeout, left);
    request.max_response_bytes = kMaxBody;
    const auto sent = context_.clock.now();
    auto task = context_.client.send(std::move(request));
    auto answer = co_await task;
    if (!answer) {
      report_failure(answer.error(), where, at);
      co_return std::nullopt;
    }
    check_clock(*answer, sent, at);
    co_return *std::move(answer);
  }

  void report_failure(const Error& error, const std::string& where, Span at) {
    const auto what = fmt::format("{}: {}", printable(where, 300), printable(error.describe(), 300));
    if (error.code() == ErrorCode::BlockedAddress) {
      report(live_rule::kPrivateAddress, at, what, "ToolHive refuses such an address, too, unless allowPrivateIPs says otherwise");
    } else if (error.code() == ErrorCode::Timeout && context_.clock.steady() >= context_.deadline) {
      report(live_rule::kNotChecked, at, what);
    } else {
      report(live_rule::kUnreachable, at, what);
    }
  }

  void check_clock(const http::ClientResponse& answer, TimePoint sent, Span at) {
    const auto header = answer.headers.get("Date");
    const auto date = header ? http::parse_http_date(*header) : std::nullopt;
    if (!date || clock_reported_) return;
    // The answer was dated somewhere between the question and now, to the second.
    const auto received = context_.clock.now();
    const auto early = std::chrono::floor<Seconds>(sent);
    if (*date + kTolerableSkew >= early && *date - kTolerableSkew <= received) return;
    clock_reported_ = true;
    const bool behind = *date < early;
    const auto skew = behind ? std::chrono::floor<Seconds>(early - *date) : std::chrono::floor<Seconds>(*date - received);
    report(live_rule::kClockSkew, at, fmt::format("its clock is {} {} ours", human_duration(skew), behind ? "behind" : "ahead of"),
           "tokens are refused as not yet valid or already expired: set both clocks by NTP");
  }

  [[nodiscard]] static http::ClientRequest get(Url url) {
    http::ClientRequest request{.url = std::move(url)};
    request.headers.set("Accept", "application/json");
    request.max_redirects = 3;
    return request;
  }

  // ---- an issuer ----

  Task<void> check_issuer() {
    auto urls = oauth::discovery_urls(party_.issuer.text, oauth::DiscoveryOrder::OpenId);
    if (!urls) co_return;  // its form is another rule's concern
    auto looking = find_document(*std::move(urls));
    auto document = co_await looking;
    if (!document) co_return;
    auto parsed = oauth::parse_server_metadata(document->body, document->issuer, peer(document->url));
    if (!parsed) {
      report(live_rule::kBadMetadata, party_.issuer.at, fmt::format("{}: {}", document->url.text(), printable(parsed.error().describe(), 300)));
      co_return;
    }
    if (document->issuer != party_.issuer.text) {
      report(live_rule::kIssuerMismatch, party_.issuer.at, fmt::format("it calls itself {}", config::quoted(document->issuer)),
             config::byte_difference({"configured", party_.issuer.text}, {"published", document->issuer}));
    }
    if (party_.role == PartyRole::OidcUpstream) check_abilities(*parsed);
    auto keys = check_keys(*parsed);
    co_await keys;
  }

  struct Document {
    Url url;
    std::string body, issuer;
  };

  Task<std::optional<Document>> find_document(std::vector<Url> urls) {
    std::string seen;
    for (auto& url : urls) {
      const auto text = url.text();
      auto request = get(url);
      auto asking = ask(std::move(request), party_.issuer.at);
      auto answer = co_await asking;
      if (!answer) co_return std::nullopt;
      const auto json = answer->status == 200 ? parse_json_object(answer->body) : Result<Json>(fail(ErrorCode::NotFound, ""));
      const auto issuer = json ? required_string(*json, "issuer") : Result<std::string>(fail(ErrorCode::NotFound, ""));
      if (issuer) {
        Document found{.url = std::move(url), .body = std::move(answer->body), .issuer = *issuer};
        co_return found;
      }
      seen += fmt::format("\n{}: {}", text, answer->status == 200 ? "no metadata document" : fmt::format("status {}", answer->status));
    }
    report(live_rule::kNoMetadata, party_.issuer.at, "it publishes no metadata where its issuer says", "asked:" + seen);
    co_return std::nullopt;
  }

  void check_abilities(const oauth::ServerMetadata& metadata) {
    const auto at = party_.issuer.at;
    if (!metadata.authorization_endpoint) report(live_rule::kBadMetadata, at, "its metadata has no authorization_endpoint");
    if (!metadata.token_endpoint) report(live_rule::kBadMetadata, at, "its metadata has no token_endpoint");
    check_protocol(metadata, at);
    check_scopes(metadata);
  }

  void check_protocol(const oauth::ServerMetadata& metadata, Span at) {
    if (!contains(metadata.code_challenge_methods_supported, "S256")) {
      report(live_rule::kNoPkce, at, "its metadata does not advertise PKCE with S256", "many providers support it without saying so; ToolHive always sends it");
    }
    const auto& grants = metadata.grant_types_supported;
    // Absent means authorization_code and implicit (RFC 8414 §2).
    if (!grants.empty() && !contains(grants, "authorization_code")) report(live_rule::kGrantMissing, at, "it does not advertise the grant authorization_code");
    if (!grants.empty() && !contains(grants, "refresh_token")) {
      report(live_rule::kGrantMissing, at, "it does not advertise the grant refresh_token",
             "without refresh tokens users log in again whenever access tokens expire");
    }
  }

  void check_scopes(const oauth::ServerMetadata& metadata) {
    if (metadata.scopes_supported.empty()) return;
    for (const auto& scope : party_.scopes) {
      if (contains(metadata.scopes_supported, scope.text)) continue;
      report(live_rule::kScopeMissing, scope.at, fmt::format("it does not advertise the scope {}", config::quoted(scope.text)),
             fmt::format("advertised: {}", printable(fmt::format("{}", fmt::join(metadata.scopes_supported, ", ")), 400)));
    }
  }

  Task<void> check_keys(const oauth::ServerMetadata& metadata) {
    auto given = Url::parse(party_.jwks_url.text);
    const auto at = given ? party_.jwks_url.at : party_.issuer.at;
    std::optional<Url> url = given ? std::optional(*std::move(given)) : metadata.jwks_uri;
    if (!url) {
      report(live_rule::kKeysUnusable, at, "its metadata has no jwks_uri");
      co_return;
    }
    const auto where = url->text();
    auto request = get(*std::move(url));
    auto asking = ask(std::move(request), at);
    auto answer = co_await asking;
    if (!answer) co_return;
    const auto keys = answer->status == 200 ? jose::JwkSet::parse(answer->body)
                                            : Result<jose::JwkSet>(fail(ErrorCode::BadResponse, fmt::format("status {}", answer->status)));
    if (!keys) {
      report(live_rule::kKeysUnusable, at, fmt::format("{}: {}", where, printable(keys.error().describe(), 300)));
    } else if (keys->keys().empty()) {
      report(live_rule::kKeysUnusable, at, fmt::format("{} has no key that can verify a signature", where));
    }
  }

  // ---- an OAuth 2.0 upstream ----

  Task<void> check_endpoints() {
    const std::array<const Placed*, 2> endpoints{&party_.authorization_endpoint, &party_.token_endpoint};
    for (const auto* endpoint : endpoints) {
      auto url = Url::parse(endpoint->text);
      if (!url) continue;
      // Any answer will do: without parameters there is nothing to grant.
      auto request = get(*std::move(url));
      request.max_redirects = 0;
      auto asking = ask(std::move(request), endpoint->at);
      auto answer = co_await asking;
      if (answer && answer->status >= 500) {
        report(live_rule::kUnreachable, endpoint->at, fmt::format("{} answers with status {}", printable(endpoint->text, 300), answer->status));
      }
    }
    auto registration = check_registration();
    co_await registration;
  }

  Task<void> check_registration() {
    auto endpoint = Url::parse(party_.registration_endpoint.text);
    auto at = party_.registration_endpoint.at;
    std::optional<Url> url = endpoint ? std::optional(*std::move(endpoint)) : std::nullopt;
    if (auto discovery = Url::parse(party_.registration_discovery.text); !url && discovery) {
      at = party_.registration_discovery.at;
      auto request = get(*std::move(discovery));
      auto asking = ask(std::move(request), at);
      auto answer = co_await asking;
      if (!answer) co_return;
      url = registration_url(*answer, at);
    }
    if (!url) co_return;
    const auto where = url->text();
    // No client can come of it: the body is no JSON.
    http::ClientRequest request{.method = "POST", .url = *std::move(url), .body = "{"};
    request.headers.set("Content-Type", "application/json");
    auto asking = ask(std::move(request), at);
    auto answer = co_await asking;
    if (!answer) co_return;
    const bool closed = answer->status == 401 || answer->status == 403;
    if (closed && !party_.has_registration_token) {
      report(live_rule::kRegistrationClosed, at, fmt::format("{} registers nobody without an initial access token (status {})", where, answer->status),
             "set dcrConfig.initialAccessTokenRef, or register a client by hand");
    } else if (answer->status == 404 || answer->status == 405 || answer->status >= 500) {
      report(live_rule::kRegistrationClosed, at, fmt::format("{} is no registration endpoint (status {})", where, answer->status));
    }
  }

  std::optional<Url> registration_url(const http::ClientResponse& answer, Span at) {
    const auto json =
        answer.status == 200 ? parse_json_object(answer.body) : Result<Json>(fail(ErrorCode::BadResponse, fmt::format("status {}", answer.status)));
    if (!json) {
      report(live_rule::kNoMetadata, at, fmt::format("{}: {}", printable(party_.registration_discovery.text, 300), printable(json.error().describe(), 200)));
      return std::nullopt;
    }
    const auto text = required_string(*json, "registration_endpoint");
    auto url = text ? Url::parse(*text) : Result<Url>(std::unexpected(text.error()));
    if (url) return *std::move(url);
    report(live_rule::kRegistrationClosed, at, "its metadata has no registration_endpoint");
    return std::nullopt;
  }

  const Party& party_;
  const ProbeContext& context_;
  std::vector<ProbeFinding> findings_;
  bool clock_reported_ = false;
};

}  // namespace

Task<std::vector<ProbeFinding>> probe(const Party& party, const ProbeContext& context) {
  Probe one(party, context);
  auto running = one.run();
  auto findings = co_await running;
  co_return findings;
}

}  // namespace vmcpauth::live
