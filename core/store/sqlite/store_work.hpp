// How the SQLite store runs its work. Private to sqlite_store*.cpp.
#pragma once

#include "core/store/sqlite/sqlite_store.hpp"

namespace vmcpauth::store {

template <class Work>
auto SqliteStore::read(Work work) -> Task<std::invoke_result_t<Work&, sqlite::Rows&>> {
  using Answer = std::invoke_result_t<Work&, sqlite::Rows&>;
  return offload(pool_, [this, work = std::move(work)]() mutable -> Answer {
    auto reader = take_reader();
    if (!reader) return std::unexpected(std::move(reader).error());
    sqlite::Rows rows(**reader, sealer_);
    Answer answer = work(rows);
    readers_.with([&](auto& readers) { readers.push_back(*std::move(reader)); });
    return answer;
  });
}

template <class Work>
auto SqliteStore::write(Work work) -> Task<std::invoke_result_t<Work&, sqlite::Rows&>> {
  using Answer = std::invoke_result_t<Work&, sqlite::Rows&>;
  return offload(pool_, [this, work = std::move(work)]() mutable -> Answer {
    if (options_.access == sqlite::Access::ReadOnly) return fail(ErrorCode::Forbidden, "the store was opened for reading only");
    const std::scoped_lock lock(writing_);
    TRY(auto transaction, sqlite::Transaction::begin(*writer_));
    sqlite::Rows rows(*writer_, sealer_);
    Answer answer = work(rows);
    if (!answer) return answer;
    TRY_VOID(transaction.commit());
    return answer;
  });
}

}  // namespace vmcpauth::store
