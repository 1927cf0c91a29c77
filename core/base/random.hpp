// Randomness as a collaborator. SystemRandom is OpenSSL's CSPRNG; tests script their own.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace vmcpauth {

class Random {
 public:
  virtual ~Random() = default;
  // Fills the buffer with unpredictable bytes; aborts the process when the system cannot deliver any.
  virtual void fill(std::span<unsigned char> out) = 0;

  // base64url text of `bytes` random bytes (32 bytes = 256 bit = 43 characters).
  [[nodiscard]] std::string token(std::size_t bytes = 32);
  // RFC 9562 version 4.
  [[nodiscard]] std::string uuid();
};

// Thread-safe.
class SystemRandom final : public Random {
 public:
  void fill(std::span<unsigned char> out) override;
};

}  // namespace vmcpauth
