// The names of keys in ToolHive's layout (REFERENCE.md §8), and of ours: what that layout has no place for is kept under
// "vmcpauth:" after the same prefix, where ToolHive never looks. The prefix holds a hash tag, so that all keys of one server
// are in one slot of a cluster.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.hpp"

namespace vmcpauth::store::redis {

class Keys {
 public:
  // "thv:auth:{namespace:name}:".
  [[nodiscard]] static std::string prefix_of(std::string_view name_space, std::string_view name);
  // InvalidInput: empty, or without a hash tag.
  [[nodiscard]] static Result<Keys> with_prefix(std::string prefix);

  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }
  [[nodiscard]] std::string of(std::string_view kind, std::string_view id) const;
  [[nodiscard]] std::string ours(std::string_view kind, std::string_view id) const;

  [[nodiscard]] std::string upstream(std::string_view session, std::string_view provider) const;
  [[nodiscard]] std::string upstream_index(std::string_view session) const { return of("upstream:idx", session); }
  [[nodiscard]] std::string user_upstream(std::string_view user) const { return of("user:upstream", user); }
  [[nodiscard]] std::string provider_identity(std::string_view provider, std::string_view subject) const;
  // Hash: "used" (unix s), and for each provider "row:<name>" and "refresh:<name>" (JSON).
  [[nodiscard]] std::string session(std::string_view session) const { return ours("session", session); }
  // Sorted set: sessions that a code must claim before the score (unix s).
  [[nodiscard]] std::string unclaimed() const { return ours("sessions", "unclaimed"); }

  // The part after `kind:`; nullopt for keys of another kind or prefix.
  [[nodiscard]] std::optional<std::string_view> id_in(std::string_view key, std::string_view kind) const;
  // (session, provider) of an upstream row's key; nullopt for the index and for anything else.
  [[nodiscard]] std::optional<std::pair<std::string, std::string>> upstream_in(std::string_view key) const;

 private:
  explicit Keys(std::string prefix) : prefix_(std::move(prefix)) {}
  std::string prefix_;
};

// Text made fit for a MATCH pattern: nothing in it is a wildcard.
[[nodiscard]] std::string match_literally(std::string_view text);

}  // namespace vmcpauth::store::redis
