#include "core/http/auth_challenge.hpp"

#include <algorithm>

namespace vmcpauth::http {
namespace {

constexpr std::size_t kMaxField = 8U << 10U;
constexpr std::size_t kMaxChallenges = 16;
constexpr std::size_t kMaxParameters = 32;

bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }

// Reads one field value from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  void challenges(std::vector<AuthChallenge>& out) {
    while (out.size() < kMaxChallenges) {
      skip_list_separators();
      std::string scheme = to_lower(token());
      if (scheme.empty()) return;
      AuthChallenge challenge{std::move(scheme), {}};
      const bool complete = parameters(challenge);
      out.push_back(std::move(challenge));
      if (!complete) return;
    }
  }

 private:
  void skip_spaces() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }
  void skip_list_separators() {
    while (!rest_.empty() && (is_space(rest_.front()) || rest_.front() == ',')) rest_.remove_prefix(1);
  }
  std::string_view token() {
    std::size_t length = 0;
    while (length < rest_.size() && is_header_name(rest_.substr(length, 1))) ++length;
    const auto out = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return out;
  }

  // False when the field cannot be read any further.
  bool parameters(AuthChallenge& challenge) {
    while (true) {
      skip_list_separators();
      if (rest_.empty()) return true;
      const auto before = rest_;
      const auto name = token();
      skip_spaces();
      if (name.empty() || rest_.empty() || rest_.front() != '=') {
        rest_ = before;
        if (skip_token68()) continue;
        return !name.empty();  // the next scheme
      }
      rest_.remove_prefix(1);
      skip_spaces();
      auto value = parameter_value();
      if (!value) {
        rest_ = before;
        if (skip_token68()) continue;
        return false;
      }
      if (challenge.parameters.size() < kMaxParameters && !challenge.get(name)) challenge.parameters.emplace_back(to_lower(name), *std::move(value));
    }
  }

  std::optional<std::string> parameter_value() {
    if (!rest_.empty() && rest_.front() == '"') return quoted_string();
    const auto value = token();
    if (value.empty()) return std::nullopt;
    return std::string(value);
  }

  std::optional<std::string> quoted_string() {
    std::string out;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return out;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) break;
      out += rest_[i];
    }
    return std::nullopt;  // never closed
  }

  // RFC 9110 §11.2, as Negotiate uses it: of no use to us. It must be followed by a comma or the end, and hold what no token holds.
  bool skip_token68() {
    const auto end = std::min(rest_.find_first_of(", \t"), rest_.size());
    const auto word = rest_.substr(0, end);
    const auto body = word.substr(0, word.find_last_not_of('=') + 1);
    const bool plain = !body.empty() && std::ranges::all_of(body, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~+/").find(c) != std::string_view::npos;
    });
    const bool telling = body.size() < word.size() || body.find('/') != std::string_view::npos;
    if (!plain || !telling) return false;
    rest_.remove_prefix(end);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::string_view> AuthChallenge::get(std::string_view name) const {
  const auto found = std::ranges::find_if(parameters, [&](const auto& parameter) { return equals_ignoring_case(parameter.first, name); });
  if (found == parameters.end()) return std::nullopt;
  return found->second;
}

std::vector<AuthChallenge> read_challenges(const Headers& headers) {
  std::vector<AuthChallenge> out;
  for (const auto& header : headers) {
    if (!equals_ignoring_case(header.name, "www-authenticate") || header.value.size() > kMaxField) continue;
    Reader(header.value).challenges(out);
  }
  return out;
}

const AuthChallenge* find_challenge(const std::vector<AuthChallenge>& challenges, std::string_view scheme) {
  const auto found = std::ranges::find_if(challenges, [&](const AuthChallenge& challenge) { return challenge.scheme == scheme; });
  return found == challenges.end() ? nullptr : &*found;
}

}  // namespace vmcpauth::http
