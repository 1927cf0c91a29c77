// Lines of a dump, and sealed rows. First byte even: a record as JSON, which when it is read is written and read again the same; odd:
// sealed bytes, which nobody who lacks the key can have made.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/crypto/seal.hpp"
#include "core/store/record_json.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 2 == 1) {
    static const auto kSealer = crypto::Sealer::with_key(Secret(std::string(32, 'k')), "sessions").value();
    if (kSealer.open(input, "place")) std::abort();
    return 0;
  }
  const auto json = parse_json(input);
  if (!json) return 0;
  const auto record = store::record_from_json(*json);
  if (!record) return 0;
  const auto text = store::to_json(*record, store::Secrets::Reveal);
  const auto parsed = parse_json(text.dump());
  if (!parsed) std::abort();
  const auto again = store::record_from_json(*parsed);
  if (!again || store::to_json(*again, store::Secrets::Reveal) != text) std::abort();
  (void)store::expiry_of(*again);
  (void)store::to_json(*again, store::Secrets::Redact);
  return 0;
}
