// Client-side TLS on OpenSSL over a non-blocking Socket: trust from the system's CAs or one PEM bundle, host name
// check (RFC 9525), SNI, TLS 1.2 and newer, session reuse. Used by connections to backends and by the HTTP client.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "proxy/socket.hpp"

namespace vmcpauth::proxy {

class TlsSession;

// Trust and remembered sessions; shared by all threads.
class TlsContext : public std::enable_shared_from_this<TlsContext> {
 public:
  // InvalidConfig when the bundle cannot be read or holds no certificate.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> make(const std::optional<std::string>& ca_bundle_path);
  // Trust in the certificates of a PEM text instead.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> make_with_pem(const std::string& ca_pem);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // A session that will check that the peer is `host` (a name or an IP literal).
  [[nodiscard]] Result<std::unique_ptr<TlsSession>> connect(const Socket& socket, const std::string& host, std::uint16_t port);

 private:
  struct Parts;
  [[nodiscard]] static Result<std::unique_ptr<Parts>> make_parts();
  explicit TlsContext(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
  friend class TlsSession;
};

// Contexts by CA bundle path; a bundle that changed on disk is read again. Thread-safe.
class TlsContexts {
 public:
  TlsContexts();
  ~TlsContexts();
  [[nodiscard]] Result<std::shared_ptr<TlsContext>> get(const std::optional<std::string>& ca_bundle_path);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

class TlsSession {
 public:
  // What a call that would block waits for.
  enum class Need { Read, Write };
  struct Step {
    IoResult result;
    Need need = Need::Read;
  };

  struct Parts;
  explicit TlsSession(std::unique_ptr<Parts> parts);
  ~TlsSession();

  // One step of the handshake; Ok with bytes 0 when it is complete.
  [[nodiscard]] Step handshake();
  // Why the handshake failed, for people: "certificate has expired", "Hostname mismatch", …
  [[nodiscard]] std::string failure() const;
  [[nodiscard]] Step read(std::span<char> buffer);
  [[nodiscard]] Step write(std::span<const char> bytes);
  // Sends close_notify if that is possible at once.
  void shutdown() noexcept;

 private:
  [[nodiscard]] Step step_of(int outcome);
  std::unique_ptr<Parts> parts_;
};

}  // namespace vmcpauth::proxy
