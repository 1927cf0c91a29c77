#include "core/client/leg_watch.hpp"

#include <array>
#include <cstdio>

#include "core/oauth/pkce.hpp"

namespace vmcpauth::client {
namespace {

constexpr const char* kEndpoint = "vmcpauth_login_progress_endpoint";
constexpr const char* kChallenge = "vmcpauth_progress_challenge";
constexpr std::size_t kMaxLegs = 32;
constexpr std::size_t kMaxProgress = 64U << 10U;
constexpr JsonLimits kProgressLimits{kMaxProgress, 8};

std::optional<Leg> read_leg(const Json& object) {
  if (!object.is_object()) return std::nullopt;
  const auto provider = optional_string(object, "provider");
  const auto status = optional_string(object, "status");
  if (!provider || !*provider || !status || !*status) return std::nullopt;
  Leg out{printable(**provider, 100), printable(**status, 20), 0, {}, std::nullopt};
  if (const auto seconds = object.find("seconds"); seconds != object.end() && seconds->is_number()) out.seconds = seconds->get<double>();
  if (const auto scopes = optional_strings(object, "scopes"); scopes && *scopes) {
    if (auto read = oauth::to_scopes(**scopes)) out.scopes = *std::move(read);
  }
  constexpr std::int64_t kFarthest = 253'402'300'799;  // the year 9999
  if (const auto expiry = optional_integer(object, "expires_at"); expiry && *expiry && **expiry > 0 && **expiry < kFarthest)
    out.expires_at = from_unix_seconds(**expiry);
  return out;
}

std::string describe(const Leg& leg, std::size_t number, std::size_t count) {
  std::string out = std::to_string(number) + " of " + std::to_string(count) + " " + leg.provider;
  std::array<char, 32> seconds{};
  if (leg.seconds >= 0 && leg.seconds < 1e6) std::snprintf(seconds.data(), seconds.size(), " %.1f s", leg.seconds);
  if (leg.status == "done") return out + " \u2713" + seconds.data();
  if (leg.status == "failed") return out + " failed";
  return out + " …";
}

}  // namespace

std::vector<Leg> read_legs(std::string_view json_text) {
  std::vector<Leg> out;
  const auto document = parse_json_object(json_text, kProgressLimits);
  if (!document) return out;
  const auto legs = document->find("legs");
  if (legs == document->end() || !legs->is_array()) return out;
  for (const auto& item : *legs) {
    if (out.size() == kMaxLegs) break;
    if (auto leg = read_leg(item)) out.push_back(*std::move(leg));
  }
  return out;
}

std::vector<std::string> describe_changes(const std::vector<Leg>& before, const std::vector<Leg>& now) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const bool same = i < before.size() && before[i].status == now[i].status;
    if (!same && now[i].status != "waiting") out.push_back(describe(now[i], i + 1, now.size()));
  }
  return out;
}

LegWatch::LegWatch(Ports ports, const oauth::ServerMetadata& server, http::PeerPolicy peer, Progress& progress)
    : ports_(ports), peer_(std::move(peer)), progress_(progress) {
  const auto text = optional_string(server.document, kEndpoint);
  if (!text || !*text) return;
  auto url = Url::parse(**text);
  if (!url || !oauth::is_scheme_allowed(*url, peer_)) return;
  endpoint_ = *std::move(url);
  secret_ = oauth::make_code_verifier(ports_.random);
}

std::optional<std::pair<std::string, std::string>> LegWatch::parameter() const {
  if (!endpoint_) return std::nullopt;
  return std::pair<std::string, std::string>(kChallenge, oauth::s256_challenge(secret_.reveal()));
}

Task<void> LegWatch::look() {
  if (!endpoint_) co_return;
  http::ClientRequest request{
      .method = "POST", .url = *endpoint_, .peer = peer_, .timeout = std::chrono::milliseconds(3'000), .max_response_bytes = kMaxProgress};
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = form_encode({{"progress_secret", secret_.reveal()}});
  const auto response = co_await ports_.http.send(std::move(request));
  if (!response || response->status != 200) co_return;
  auto legs = read_legs(response->body);
  if (legs.empty()) co_return;
  for (auto& line : describe_changes(legs_, legs)) progress_.report(ProgressKind::Step, std::move(line));
  legs_ = std::move(legs);
}

}  // namespace vmcpauth::client
