// The Lua scripts that make the Redis store's operations atomic, as ToolHive does for upstream tokens. Every key a script makes up
// begins with ARGV[1], the prefix with the hash tag, so that it lies in the slot of KEYS[1].
#pragma once

#include <string>
#include <vector>

#include "core/store/redis/resp.hpp"

namespace vmcpauth::store::redis {

enum class Script : std::uint8_t {
  PutUpstream,    // KEYS row, index, session; ARGV prefix, row, ttl ms (0 = for ever), user, provider, extra, report, "put"|"replace", expected → 0|1
  EraseSession,   // KEYS index; ARGV prefix, session
  EraseRow,       // KEYS row, index, session; ARGV prefix, provider, session id → 0|1
  TouchSession,   // KEYS session, index; ARGV prefix, now s
  ClaimRefresh,   // KEYS claim, row; ARGV prefix, now ms, owner, until ms, ttl ms → 0|1
  EndRefresh,     // KEYS claim, session, index; ARGV prefix, owner, provider, report
  PutPending,     // KEYS pending, extra; ARGV prefix, row, extra, ttl ms, session id, deadline s
  TakePending,    // KEYS pending, extra → [row, extra] | nil
  PutCode,        // KEYS code; ARGV prefix, row, ttl ms, session id, deadline s
  RedeemCode,     // KEYS code, invalidated; ARGV prefix, memory ms, now RFC 3339 → [0 fresh | 1 used, row] | nil
  PutRefresh,     // KEYS refresh; ARGV prefix, row, ttl ms, signature, grant
  FindRefresh,    // KEYS refresh, rotated; ARGV prefix, now s → [0 fresh | 1 used, row] | nil
  RotateRefresh,  // KEYS refresh, rotated, next; ARGV prefix, now s, now RFC 3339, signature, next signature, next row, next ttl ms → as FindRefresh
  RevokeGrant,    // KEYS revoked; ARGV prefix, until s, ttl ms, grant, session id
  FindUser,       // KEYS identity; ARGV prefix, new id, user row, identity row, now s → [id, user row]
  RememberOnce,   // KEYS once; ARGV prefix, until s, now s, ttl ms → 0|1
  TouchClient,    // KEYS client, extra; ARGV prefix, ttl ms
  Sweep,          // KEYS unclaimed; ARGV prefix, now s, at most → how many
};

[[nodiscard]] Command eval(Script script, std::vector<std::string> keys, std::vector<std::string> arguments);

}  // namespace vmcpauth::store::redis
