// Client-side TLS on OpenSSL over a non-blocking Socket: trust from the system's CAs or PEM (a file or text), host name
// check (RFC 9525), SNI, TLS 1.2 and newer, session reuse. Used by connections to backends and by the HTTP client.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/http/client.hpp"
#include "proxy/socket.hpp"

namespace vmcpauth::proxy {

class TlsSession;

// Trust and remembered sessions; shared by all threads.
class TlsContext : public std::enable_shared_from_this<TlsContext> {
 public:
  // Trust is what the policy says. InvalidConfig when the bundle cannot be read, is damaged or holds no certificate.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> make(const http::PeerPolicy& trust);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // A session that will check that the peer is `host` (a name or an IP literal).
  [[nodiscard]] Result<std::unique_ptr<TlsSession>> connect(const Socket& socket, const std::string& host, std::uint16_t port);

 private:
  struct Parts;
  explicit TlsContext(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
  friend class TlsSession;
};

// Contexts by CA bundle; a file that changed on disk is read again. Thread-safe.
class TlsContexts {
 public:
  TlsContexts();
  ~TlsContexts();
  [[nodiscard]] Result<std::shared_ptr<TlsContext>> get(const http::PeerPolicy& trust);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// For start-up: whether the CA bundle of the policy, if it has one, can be used. InvalidConfig.
[[nodiscard]] Result<void> check_trust(const http::PeerPolicy& trust);

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
