// An ordered list of header fields with case-insensitive names (RFC 9110 §5), and the header policy as named
// sets: hop-by-hop, reserved for the proxy, refused as passthrough. A value can never hold CR, LF or NUL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::http {

struct Header {
  std::string name;
  std::string value;
};

class Headers {
 public:
  Headers() = default;
  // For literals of our own; values are trusted to be valid.
  Headers(std::initializer_list<Header> list) : list_(list) {}

  // First value of that name.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return count(name) > 0; }
  // Replaces every field of that name by one.
  void set(std::string_view name, std::string value);
  void add(std::string name, std::string value) { list_.push_back({std::move(name), std::move(value)}); }
  void remove(std::string_view name);

  void reserve(std::size_t fields) { list_.reserve(fields); }

  [[nodiscard]] auto begin() const { return list_.begin(); }
  [[nodiscard]] auto end() const { return list_.end(); }
  [[nodiscard]] std::size_t size() const { return list_.size(); }
  template <class Predicate>
  void remove_if(Predicate predicate) {
    std::erase_if(list_, predicate);
  }

 private:
  std::vector<Header> list_;
};

// `a` and `b` are of one length.
[[nodiscard]] bool same_letters(std::string_view a, std::string_view b) noexcept;
// Most names that are compared differ in length: that much is looked at without a call.
[[nodiscard]] inline bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept { return a.size() == b.size() && same_letters(a, b); }
[[nodiscard]] std::string to_lower(std::string_view text);

// Controls but HTAB, and DEL: what neither a field line nor a field value may hold (RFC 9110 §5.5).
[[nodiscard]] bool has_control(std::string_view text) noexcept;
// RFC 9110 §5.1 token.
[[nodiscard]] bool is_header_name(std::string_view name) noexcept;
// RFC 9110 §5.5 field-value: no CR, LF, NUL or other controls but HTAB; no white space at the ends.
[[nodiscard]] bool is_header_value(std::string_view value) noexcept;

// RFC 9110 §7.6.1: Connection, Keep-Alive, Proxy-Connection, TE, Trailer, Transfer-Encoding, Upgrade; HTTP2-Settings (RFC 7540 §3.2.1).
// What the Connection field names is hop-by-hop too; see remove_hop_by_hop.
[[nodiscard]] bool is_hop_by_hop(std::string_view name) noexcept;
void remove_hop_by_hop(Headers& headers);

// Fields of a client's request that never reach a backend: Authorization, Cookie, Proxy-Authorization,
// Forwarded, X-Forwarded-*, X-Real-IP, Host.
[[nodiscard]] bool is_reserved_request_header(std::string_view name) noexcept;

// May configuration name this field in passthroughHeaders or header_injection? (REFERENCE §6: Host,
// hop-by-hop, X-Forwarded-*, Cookie and, for passthrough, Authorization are refused.)
[[nodiscard]] bool is_passthrough_allowed(std::string_view name) noexcept;

}  // namespace vmcpauth::http
