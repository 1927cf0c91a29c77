#include "tests/support/certificates.hpp"

#include <cstdio>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace vmcpauth::test {
namespace {

struct Free {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
  void operator()(std::FILE* p) const { std::fclose(p); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using File = std::unique_ptr<std::FILE, Free>;

constexpr long kDay = 24L * 60 * 60;

void need(bool ok) {
  if (!ok) throw std::runtime_error("cannot make a certificate");
}

Key make_key() { return Key(EVP_EC_gen("P-256")); }

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  need(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

struct Request {
  std::string name, alt_name;
  int days = 2;
  bool authority = false;
};

Certificate sign(const Request& request, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  static long serial = 1;
  Certificate certificate(X509_new());
  X509* raw = certificate.get();
  X509_set_version(raw, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(raw), -kDay * 3);
  X509_gmtime_adj(X509_getm_notAfter(raw), kDay * request.days);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(request.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(raw, X509_get_subject_name(issuer == nullptr ? raw : issuer));
  X509_set_pubkey(raw, key);
  X509* signer = issuer == nullptr ? raw : issuer;
  add_extension(raw, signer, NID_basic_constraints, request.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!request.alt_name.empty()) add_extension(raw, signer, NID_subject_alt_name, request.alt_name);
  need(X509_sign(raw, issuer_key, EVP_sha256()) > 0);
  return certificate;
}

CertificateFiles write(const std::filesystem::path& base, X509* certificate, EVP_PKEY* key) {
  CertificateFiles files{base.string() + ".pem", base.string() + ".key"};
  const File out(std::fopen(files.certificate.c_str(), "w"));
  const File key_out(std::fopen(files.key.c_str(), "w"));
  need(out && key_out && PEM_write_X509(out.get(), certificate) == 1);
  need(PEM_write_PrivateKey(key_out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return files;
}

}  // namespace

struct TestAuthority::Parts {
  Key key;
  Certificate certificate;
};

TestAuthority::TestAuthority(const std::filesystem::path& folder) : folder_(folder), parts_(std::make_unique<Parts>()) {
  parts_->key = make_key();
  parts_->certificate = sign({.name = "Test CA", .alt_name = "", .days = 2, .authority = true}, parts_->key.get(), nullptr, parts_->key.get());
  static_cast<void>(write(folder_ / "ca", parts_->certificate.get(), parts_->key.get()));
}

TestAuthority::~TestAuthority() = default;

CertificateFiles TestAuthority::issue(const std::string& file, const std::string& alt_name, int days) const {
  const Key key = make_key();
  const auto certificate = sign({.name = file, .alt_name = alt_name, .days = days}, key.get(), parts_->certificate.get(), parts_->key.get());
  return write(folder_ / file, certificate.get(), key.get());
}

CertificateFiles TestAuthority::self_signed(const std::string& file, const std::string& alt_name) const {
  const Key key = make_key();
  const auto certificate = sign({.name = file, .alt_name = alt_name, .days = 2}, key.get(), nullptr, key.get());
  return write(folder_ / file, certificate.get(), key.get());
}

}  // namespace vmcpauth::test
