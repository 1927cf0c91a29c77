// Any text as a dump: read or refused. What was read can be written again, and reads the same.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/inspect/dump_file.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<store::Record> records;
  const auto take = [&](store::Record record) -> Result<void> {
    records.push_back(std::move(record));
    return {};
  };
  const auto summary = inspect::read_dump(text, take);
  if (!summary) return 0;
  std::string again;
  inspect::DumpWriter writer(summary->header, [&](std::string_view piece) { again += piece; });
  for (const auto& record : records) writer.add(record);
  writer.finish();
  records.clear();
  const auto second = inspect::read_dump(again, take);
  if (!second || second->records != summary->records) __builtin_trap();
  return 0;
}
