// A certificate authority for the length of a test, and server certificates it signs: right, expired, for another name.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace vmcpauth::test {

struct CertificateFiles {
  std::filesystem::path certificate, key;
};

class TestAuthority {
 public:
  // Writes its own certificate to `folder`/ca.pem.
  explicit TestAuthority(const std::filesystem::path& folder);
  ~TestAuthority();

  [[nodiscard]] std::filesystem::path bundle() const { return folder_ / "ca.pem"; }
  // `alt_name` as OpenSSL writes it: "DNS:localhost" or "IP:127.0.0.1"; valid from now-1d for `days`.
  [[nodiscard]] CertificateFiles issue(const std::string& file, const std::string& alt_name, int days = 2) const;
  // The same, signed by its own key.
  [[nodiscard]] CertificateFiles self_signed(const std::string& file, const std::string& alt_name) const;

 private:
  struct Parts;
  std::filesystem::path folder_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace vmcpauth::test
