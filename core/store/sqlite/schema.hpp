// The tables of the SQLite store and how older ones become them. The version is SQLite's user_version.
#pragma once

#include "core/store/sqlite/database.hpp"

namespace vmcpauth::store::sqlite {

// What this program writes.
inline constexpr int kSchemaVersion = 2;

// Brings an empty or older file to `version`, each step in one transaction, whichever process comes first. Unsupported: the file
// was written by a newer program. Io: not a store of ours.
[[nodiscard]] Result<void> migrate(Database& database, int version = kSchemaVersion);
// For reading only: the file must be of this version already.
[[nodiscard]] Result<void> check_schema(Database& database);

}  // namespace vmcpauth::store::sqlite
