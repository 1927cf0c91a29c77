#include "core/oauth/metadata_source.hpp"

namespace vmcpauth::oauth {

MetadataSource::MetadataSource(DiscoverySettings settings, http::HttpClient& client, const Clock& clock, MetadataSourceTiming timing)
    : settings_(std::move(settings)), client_(client), clock_(clock), timing_(timing) {}

Task<Result<ServerMetadataPtr>> MetadataSource::get() {
  auto known = cached();
  if (known) co_return *std::move(known);
  auto landed = co_await flight_.run({}, fetch());
  co_return *landed;
}

std::optional<Result<ServerMetadataPtr>> MetadataSource::cached() const {
  const auto now = clock_.steady();
  return state_.with([&](const State& state) -> std::optional<Result<ServerMetadataPtr>> {
    if (state.document && now < state.fetched_at + timing_.lifetime) return state.document;
    if (!state.failure || now >= state.failed_at + timing_.retry_after) return std::nullopt;
    if (state.document && now < state.fetched_at + timing_.lifetime + timing_.stale_if_error) return state.document;
    return std::unexpected(*state.failure);
  });
}

Task<Result<ServerMetadataPtr>> MetadataSource::fetch() {
  // Another flight may have landed between our look and our take-off.
  auto known = cached();
  if (known) co_return *std::move(known);
  auto discovered = co_await discover(client_, settings_);
  const auto now = clock_.steady();
  co_return state_.with([&](State& state) -> Result<ServerMetadataPtr> {
    if (discovered) {
      state = {.document = std::make_shared<const ServerMetadata>(*std::move(discovered)), .fetched_at = now, .failure = std::nullopt, .failed_at = {}};
      return state.document;
    }
    state.failure = discovered.error();
    state.failed_at = now;
    if (state.document && now < state.fetched_at + timing_.lifetime + timing_.stale_if_error) return state.document;
    return std::unexpected(std::move(discovered).error());
  });
}

}  // namespace vmcpauth::oauth
