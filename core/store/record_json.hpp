// Records as JSON: the lines of a dump (`token dump|import`, documented in docs/guides) and, sealed, the rows of SQLite.
// Times are unix seconds, as in ToolHive's rows; absent members are unknown or empty.
#pragma once

#include "core/base/json.hpp"
#include "core/store/record.hpp"

namespace vmcpauth::store {

enum class Secrets : std::uint8_t { Reveal, Redact };  // Redact: "[redacted]" where a secret is, nothing where none is

// An object whose member "kind" is kind_of().
[[nodiscard]] OrderedJson to_json(const Record& record, Secrets secrets);
// InvalidInput names the member that is missing, of the wrong type or out of bounds; a redacted record is InvalidInput too.
[[nodiscard]] Result<Record> record_from_json(const Json& json);

}  // namespace vmcpauth::store
