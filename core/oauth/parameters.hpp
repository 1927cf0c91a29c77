// The parameters of an OAuth request, from a query or a form body: each at most once (RFC 6749 §3.1, §3.2), empty ones
// as if they were not there. Only `resource` and `audience` may come several times (RFC 8707 §2, RFC 8693 §2.1).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::oauth {

class Parameters {
 public:
  // application/x-www-form-urlencoded text. Duplicates do not fail here, because an authorization request's own error
  // handling needs the rest: ask duplicate(). InvalidInput (broken escapes, not UTF-8), TooLarge (more than 100 fields).
  [[nodiscard]] static Result<Parameters> parse(std::string_view text);

  // The name of a parameter that was given twice, if any.
  [[nodiscard]] const std::optional<std::string>& duplicate() const noexcept { return duplicate_; }
  // True when exactly this one was given more than once.
  [[nodiscard]] bool is_repeated(std::string_view name) const;

  [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // "" when absent.
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& all(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::optional<std::string> duplicate_;
};

}  // namespace vmcpauth::oauth
