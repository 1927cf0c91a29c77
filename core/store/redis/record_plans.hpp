// From a key of the layout to the record it holds: what to read, and how to make the record of the replies. Used by scan_records.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/store/record.hpp"
#include "core/store/redis/keys.hpp"
#include "core/store/redis/resp.hpp"

namespace vmcpauth::store::redis {

struct Plan {
  // Fails when the value is gone, a tombstone, or not as the layout says.
  using Make = Result<Record> (*)(const Keys& keys, const std::string& key, const std::vector<Reply>& replies, TimePoint now);
  std::vector<Command> reads;
  Make make;
  bool of_login = false;  // RecordChoice::Logins wants it
};

// GET, but no more than a row may have: what is cut off does not read as one. "" when there is none.
[[nodiscard]] Command read_row(std::string key);

// nullopt: no record is kept under that key.
[[nodiscard]] std::optional<Plan> plan_of(const Keys& keys, const std::string& key);

}  // namespace vmcpauth::store::redis
