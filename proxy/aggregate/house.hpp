// What all sessions of one configuration share: the backends, the rules, who we are. Kept alive by every session and every
// task, so that a reload or a shutdown never pulls it from under them.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/mcp/sealed_text.hpp"
#include "proxy/aggregate/backend_peer.hpp"

namespace vmcpauth::proxy {

using MountedBackends = std::map<std::string, MountedBackend, std::less<>>;

struct House {
  AggregateDependencies dependencies;
  std::shared_ptr<const MountedBackends> backends;
  config::Aggregation rules;
  config::Operational operational;
  mcp::SealedTexts seals;
  std::vector<std::unique_ptr<BackendPeer>> peers;  // in name order
  std::atomic<bool> closing{false};

  House(AggregateDependencies given, std::shared_ptr<const MountedBackends> mounted, const config::Runtime& runtime)
      : dependencies(given), backends(std::move(mounted)), rules(runtime.aggregation), operational(runtime.operational), seals(given.random) {
    for (const auto& backend : runtime.backends) {
      peers.push_back(std::make_unique<BackendPeer>(backends->at(backend.name), backend.transport, operational, dependencies));
    }
  }

  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view name) const {
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (peers[i]->name() == name) return i;
    }
    return std::nullopt;
  }
};

}  // namespace vmcpauth::proxy
