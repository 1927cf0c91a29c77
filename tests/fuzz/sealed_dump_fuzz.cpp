// Any text as an encrypted dump: without the passphrase nothing opens, whatever the envelope says.
#include <cstdint>
#include <string_view>

#include "core/inspect/json_list.hpp"
#include "core/inspect/sealed_dump.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)inspect::split_json_list(text, "chunks");
  static const Secret passphrase("not the passphrase");
  if (inspect::open_sealed_dump(text, passphrase)) __builtin_trap();
  return 0;
}
