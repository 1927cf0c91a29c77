// An absolute http(s) URL that has been parsed and bounded; the only way to get one is parse(). Also the
// pure questions the rules ask of URLs: origin, loopback host, private-use scheme, exact and loopback redirect match.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/encoding.hpp"
#include "core/base/error.hpp"

namespace vmcpauth {

class Url {
 public:
  // RFC 3986 absolute http or https URL, at most 4096 bytes, with a host and without userinfo. InvalidInput.
  [[nodiscard]] static Result<Url> parse(std::string_view text);

  // As given (the protocols compare issuer and audience byte for byte, so nothing is normalised).
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::string& scheme() const noexcept { return scheme_; }  // lower case
  // Lower case; IPv6 without brackets.
  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }         // explicit or the scheme's default
  [[nodiscard]] const std::string& path() const noexcept { return path_; }    // still encoded, "" or "/…"
  [[nodiscard]] const std::string& query() const noexcept { return query_; }  // still encoded, without '?'
  [[nodiscard]] bool has_query() const noexcept { return has_query_; }
  [[nodiscard]] bool has_fragment() const noexcept { return has_fragment_; }
  [[nodiscard]] bool is_https() const noexcept { return scheme_ == "https"; }
  // 127.0.0.0/8, ::1 or "localhost".
  [[nodiscard]] bool is_loopback() const noexcept;
  // scheme://host[:port], default ports left out (RFC 6454 §6).
  [[nodiscard]] std::string origin() const;
  // host[:port] as a Host header carries it.
  [[nodiscard]] std::string authority() const;
  // Path and query as a request line carries them; never empty.
  [[nodiscard]] std::string target() const;

  friend bool operator==(const Url& a, const Url& b) { return a.text_ == b.text_; }

 private:
  Url() = default;
  std::string text_, scheme_, host_, path_, query_;
  std::uint16_t port_ = 0;
  bool has_query_ = false;
  bool has_fragment_ = false;
};

// Appends query parameters, keeping those that are there (RFC 6749 §3.1) and leaving a fragment last.
[[nodiscard]] std::string append_query(std::string_view url, const FormFields& fields);

// 127.0.0.0/8 in dotted form, ::1 or localhost.
[[nodiscard]] bool is_loopback_host(std::string_view host) noexcept;

}  // namespace vmcpauth
