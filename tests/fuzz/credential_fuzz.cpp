// A credential file after it was opened: what is read can be written and read again, the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/client/credential.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmcpauth;
  const auto credential = client::read_credential({reinterpret_cast<const char*>(data), size});
  if (!credential) return 0;
  const auto written = client::write_credential(*credential);
  const auto again = client::read_credential(written.reveal());
  if (!again || client::write_credential(*again).reveal() != written.reveal()) std::abort();
  return 0;
}
