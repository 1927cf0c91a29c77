#include "core/oauth/jwks_source.hpp"

#include <algorithm>
#include <charconv>

namespace vmcpauth::oauth {
namespace {

constexpr std::size_t kMaxDocument = 512U * 1024U;

std::string_view trim(std::string_view text) noexcept {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// max-age of the Cache-Control fields (RFC 9111 §5.2.2.1); no-store and no-cache mean 0, nonsense means nothing.
std::optional<Seconds> max_age(const http::Headers& headers) {
  std::optional<Seconds> age;
  for (const auto& field : headers) {
    if (!http::equals_ignoring_case(field.name, "cache-control")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      const auto directive = http::to_lower(trim(rest.substr(0, comma)));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      if (directive == "no-store" || directive == "no-cache") return Seconds{0};
      constexpr std::string_view kName = "max-age=";
      std::uint32_t seconds = 0;
      if (!directive.starts_with(kName)) continue;
      const auto [end, error] = std::from_chars(directive.data() + kName.size(), directive.data() + directive.size(), seconds);
      if (error == std::errc{} && end == directive.data() + directive.size()) age = Seconds{seconds};
    }
  }
  return age;
}

}  // namespace

JwksSource::JwksSource(JwksSettings settings, http::HttpClient& client, const Clock& clock) : settings_(std::move(settings)), client_(client), clock_(clock) {}

std::optional<Result<JwkSetPtr>> JwksSource::cached(const jose::UnverifiedToken* token) const {
  const auto now = clock_.steady();
  const auto& timing = settings_.timing;
  return state_.with([&](const State& state) -> std::optional<Result<JwkSetPtr>> {
    const bool fresh = state.keys && now < state.expires_at;
    const bool serves = state.keys && now < state.expires_at + timing.stale_if_error;
    const bool fits = serves && (token == nullptr || jose::has_key_for(*token, *state.keys));
    if (fresh && fits) return state.keys;
    // While one request fetches, those whose key is known need not wait for it.
    if (fits && state.fetching_since && now < *state.fetching_since + timing.refetch_interval) return state.keys;
    if (!state.attempted || now >= state.last_attempt + timing.refetch_interval) return std::nullopt;
    // Too early for another fetch: what we have must do.
    if (serves) return state.keys;
    return std::unexpected(state.failure.value_or(Error(ErrorCode::Unavailable, "key set of the issuer is not available")));
  });
}

Task<Result<JwkSetPtr>> JwksSource::keys_for(const jose::UnverifiedToken& token) {
  auto known = cached(&token);
  if (known) co_return *std::move(known);
  auto landed = co_await flight_.run({}, refresh());
  co_return *landed;
}

Task<Result<JwkSetPtr>> JwksSource::keys() {
  auto known = cached(nullptr);
  if (known) co_return *std::move(known);
  auto landed = co_await flight_.run({}, refresh());
  co_return *landed;
}

Task<Result<JwkSetPtr>> JwksSource::refresh() {
  const auto now = clock_.steady();
  const bool early = state_.with([&](State& state) {
    // Another flight may have landed between the caller's look and this take-off: its outcome is recent enough.
    if (state.attempted && now < state.last_attempt + settings_.timing.refetch_interval) return true;
    state.fetching_since = now;
    return false;
  });
  if (early) {
    auto known = cached(nullptr);
    if (known) co_return *std::move(known);
  }
  auto fetched = co_await fetch();
  co_return settle(std::move(fetched));
}

Result<JwkSetPtr> JwksSource::settle(Result<Fetched> fetched) {
  const auto now = clock_.steady();
  return state_.with([&](State& state) -> Result<JwkSetPtr> {
    state.attempted = true;
    state.last_attempt = now;
    state.fetching_since.reset();
    if (fetched) {
      state.keys = std::move(fetched->keys);
      state.expires_at = now + fetched->lifetime;
      state.failure.reset();
      return state.keys;
    }
    state.failure = fetched.error();
    if (state.keys && now < state.expires_at + settings_.timing.stale_if_error) return state.keys;
    return std::unexpected(std::move(fetched).error());
  });
}

Task<Result<JwksSource::Fetched>> JwksSource::fetch() {
  std::optional<Url> url;
  if (const auto* fixed = std::get_if<Url>(&settings_.location)) {
    url = *fixed;
  } else {
    CO_TRY(auto metadata, co_await std::get<std::shared_ptr<MetadataSource>>(settings_.location)->get());
    url = metadata->jwks_uri;
    if (!url) co_return fail(ErrorCode::BadResponse, "issuer's metadata has no jwks_uri");
  }
  if (!is_scheme_allowed(*url, settings_.peer)) co_return fail(ErrorCode::InvalidInput, "jwks URL is not an https URL");
  http::ClientRequest request{
      .url = *url, .headers = {{"Accept", "application/json, application/jwk-set+json"}}, .peer = settings_.peer, .max_response_bytes = kMaxDocument};
  CO_TRY(auto response, co_await client_.send(std::move(request)));
  if (response.status != 200) co_return fail(ErrorCode::BadResponse, "jwks URL answered with status " + std::to_string(response.status));
  auto keys = jose::JwkSet::parse(response.body);
  if (!keys) {
    const auto code = keys.error().code() == ErrorCode::TooLarge ? ErrorCode::TooLarge : ErrorCode::BadResponse;
    co_return std::unexpected(Error(code, keys.error().message()).note("GET " + url->text()));
  }
  const auto& timing = settings_.timing;
  const auto lifetime = std::clamp(max_age(response.headers).value_or(timing.default_lifetime), timing.min_lifetime, timing.max_lifetime);
  co_return Fetched{std::make_shared<const jose::JwkSet>(*std::move(keys)), lifetime};
}

}  // namespace vmcpauth::oauth
