#include "proxy/tls.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <map>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "core/base/guarded.hpp"
#include "core/http/address.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxSessions = 256;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using ContextHandle = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, Freer<SSL_free>>;
using SessionHandle = std::unique_ptr<SSL_SESSION, Freer<SSL_SESSION_free>>;
using BioHandle = std::unique_ptr<BIO, Freer<BIO_free>>;
using CertificateHandle = std::unique_ptr<X509, Freer<X509_free>>;

int context_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}
int key_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

// Every certificate of the text; other PEM blocks are skipped, as in a file.
Result<void> trust_text(SSL_CTX* context, const std::string& pem) {
  const auto unusable = [](const std::string& why) { return fail(ErrorCode::InvalidConfig, "the CA bundle of the configuration cannot be used: " + why); };
  const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), INT_MAX))));
  if (!in) return unusable(openssl_reason());
  std::size_t found = 0;
  ERR_clear_error();
  while (const auto certificate = CertificateHandle(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr))) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get()) != 1) return unusable(openssl_reason());
    ++found;
  }
  // The end of the text shows as the lack of another block; all else is damage.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) return unusable(openssl_reason());
  ERR_clear_error();
  if (found == 0) return unusable("there is no certificate in it");
  return {};
}

Result<void> trust_file(SSL_CTX* context, const std::string& path) {
  if (SSL_CTX_load_verify_file(context, path.c_str()) == 1) return {};
  return fail(ErrorCode::InvalidConfig, "CA bundle " + path + " cannot be used: " + openssl_reason());
}

Result<void> trust_system(SSL_CTX* context) {
  if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
  return fail(ErrorCode::InvalidConfig, "the system's CA certificates cannot be used: " + openssl_reason());
}

Result<void> apply_trust(SSL_CTX* context, const http::PeerPolicy& trust) {
  if (trust.ca_bundle_pem) return trust_text(context, *trust.ca_bundle_pem);
  if (trust.ca_bundle_path) return trust_file(context, *trust.ca_bundle_path);
  return trust_system(context);
}

}  // namespace

struct TlsContext::Parts {
  ContextHandle context;
  Guarded<std::map<std::string, SessionHandle>> sessions;  // by host:port

  static int remember(SSL* ssl, SSL_SESSION* session) {
    auto* parts = static_cast<Parts*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index()));
    const auto* key = static_cast<const std::string*>(SSL_get_ex_data(ssl, key_index()));
    if (parts == nullptr || key == nullptr) return 0;
    parts->sessions.with([&](auto& sessions) {
      if (sessions.size() >= kMaxSessions && !sessions.contains(*key)) sessions.clear();
      sessions[*key] = SessionHandle(session);
    });
    return 1;  // the reference is ours
  }
};

struct TlsSession::Parts {
  std::shared_ptr<TlsContext> context;  // outlives ssl, whose callbacks look into it
  std::string key;
  SslHandle ssl;
  std::string failure;
};

TlsContext::TlsContext(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::make(const http::PeerPolicy& trust) {
  auto parts = std::make_unique<Parts>();
  parts->context.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = parts->context.get();
  if (context == nullptr) return fail(ErrorCode::Internal, "no TLS context: " + openssl_reason());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &Parts::remember);
  SSL_CTX_set_ex_data(context, context_index(), parts.get());
  TRY_VOID(apply_trust(context, trust));
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(parts)));
}

Result<std::unique_ptr<TlsSession>> TlsContext::connect(const Socket& socket, const std::string& host, std::uint16_t port) {
  auto session = std::make_unique<TlsSession::Parts>();
  session->context = shared_from_this();
  session->key = host + ":" + std::to_string(port);
  session->ssl.reset(SSL_new(parts_->context.get()));
  SSL* ssl = session->ssl.get();
  if (ssl == nullptr || SSL_set_fd(ssl, socket.descriptor()) != 1) return fail(ErrorCode::Internal, "no TLS session: " + openssl_reason());
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool literal = http::IpAddress::parse(host).has_value();
  const int checked = literal ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) : SSL_set1_host(ssl, host.c_str());
  if (checked != 1) return fail(ErrorCode::InvalidInput, "\"" + host + "\" cannot be a certificate's host name");
  if (!literal) SSL_set_tlsext_host_name(ssl, host.c_str());
  SSL_set_ex_data(ssl, key_index(), &session->key);
  // A TLS 1.3 ticket is for one use (RFC 8446 appendix C.4): taken out, and the server sends the next.
  const SessionHandle known = parts_->sessions.with([&](auto& sessions) {
    const auto it = sessions.find(session->key);
    return it == sessions.end() ? SessionHandle{} : SessionHandle(sessions.extract(it).mapped().release());
  });
  if (known) SSL_set_session(ssl, known.get());
  SSL_set_connect_state(ssl);
  return std::make_unique<TlsSession>(std::move(session));
}

struct TlsContexts::Parts {
  struct Entry {
    std::shared_ptr<TlsContext> context;
    timespec modified{};
    off_t size = 0;
  };
  Guarded<std::map<std::string, Entry>> entries;
};

TlsContexts::TlsContexts() : parts_(std::make_unique<Parts>()) {}
TlsContexts::~TlsContexts() = default;

Result<std::shared_ptr<TlsContext>> TlsContexts::get(const http::PeerPolicy& trust) {
  struct stat now{};
  const bool file = !trust.ca_bundle_pem && trust.ca_bundle_path;
  if (file && ::stat(trust.ca_bundle_path->c_str(), &now) != 0) now = {};
  const std::string key = trust.ca_bundle_pem ? "text:" + *trust.ca_bundle_pem : file ? "file:" + *trust.ca_bundle_path : "system";
  return parts_->entries.with([&](auto& entries) -> Result<std::shared_ptr<TlsContext>> {
    auto& entry = entries[key];
    const bool same = entry.modified.tv_sec == now.st_mtim.tv_sec && entry.modified.tv_nsec == now.st_mtim.tv_nsec && entry.size == now.st_size;
    if (entry.context && same) return entry.context;
    TRY(auto made, TlsContext::make(trust));
    entry = {made, now.st_mtim, now.st_size};
    return made;
  });
}

Result<void> check_trust(const http::PeerPolicy& trust) {
  if (!trust.ca_bundle_pem && !trust.ca_bundle_path) return {};
  TRY(auto usable, TlsContext::make(trust));
  static_cast<void>(usable);
  return {};
}

TlsSession::TlsSession(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TlsSession::~TlsSession() = default;

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  errno = 0;
  return step_of(SSL_do_handshake(parts_->ssl.get()));
}

TlsSession::Step TlsSession::read(std::span<char> buffer) {
  ERR_clear_error();
  errno = 0;
  std::size_t n = 0;
  const int outcome = SSL_read_ex(parts_->ssl.get(), buffer.data(), buffer.size(), &n);
  auto step = step_of(outcome);
  step.result.bytes = n;
  return step;
}

TlsSession::Step TlsSession::write(std::span<const char> bytes) {
  ERR_clear_error();
  errno = 0;
  std::size_t n = 0;
  const int outcome = SSL_write_ex(parts_->ssl.get(), bytes.data(), bytes.size(), &n);
  auto step = step_of(outcome);
  step.result.bytes = n;
  return step;
}

TlsSession::Step TlsSession::step_of(int outcome) {
  using Status = IoResult::Status;
  if (outcome == 1) return {{Status::Ok}};
  const int system_error = errno;
  switch (SSL_get_error(parts_->ssl.get(), outcome)) {
    case SSL_ERROR_WANT_READ: return {{Status::WouldBlock}, Need::Read};
    case SSL_ERROR_WANT_WRITE: return {{Status::WouldBlock}, Need::Write};
    case SSL_ERROR_ZERO_RETURN: return {{Status::Eof}};
    default: break;
  }
  const long verified = SSL_get_verify_result(parts_->ssl.get());
  if (verified != X509_V_OK) {
    parts_->failure = std::string("certificate verify failed: ") + X509_verify_cert_error_string(verified);
    ERR_clear_error();
  } else if (ERR_peek_error() != 0) {
    parts_->failure = openssl_reason();
  } else {
    parts_->failure = system_error == 0 ? "connection closed" : "connection lost";
  }
  return {{Status::Failed, 0, system_error == 0 ? ECONNRESET : system_error}};
}

std::string TlsSession::failure() const { return parts_->failure; }

void TlsSession::shutdown() noexcept {
  ERR_clear_error();
  SSL_shutdown(parts_->ssl.get());
  ERR_clear_error();
}

}  // namespace vmcpauth::proxy
