// The port between the Redis store and the sockets: commands in, replies out. proxy/redis implements it (standalone,
// Sentinel, Cluster; TLS, pool, reconnects); the store knows none of that.
#pragma once

#include <vector>

#include "core/base/task.hpp"
#include "core/store/redis/resp.hpp"

namespace vmcpauth::store::redis {

// Whether commands that may have run already, when the connection was lost, may be sent again.
enum class Repeat : std::uint8_t { Harmless, Never };

class Transport {
 public:
  virtual ~Transport() = default;
  // Sends the commands in one go to the server that is responsible and gives one reply each, in order; a reply may be
  // an Error. All keys of the commands are in one slot. Unavailable: no server could be reached in time, or the connection was
  // lost and repeating is not harmless, or user or password is refused.
  [[nodiscard]] virtual Task<Result<std::vector<Reply>>> run(std::vector<Command> commands, Repeat repeat) = 0;
};

}  // namespace vmcpauth::store::redis
