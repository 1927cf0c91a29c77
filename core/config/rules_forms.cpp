// What the rules ask of single values: issuer, endpoint, redirect URI, audience.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/base/url.hpp"
#include "core/config/decoder.hpp"
#include "core/config/rules.hpp"

namespace vmcpauth::config {
std::string_view spelled(Spelling spelling, std::string_view manifest, std::string_view run_config) noexcept {
  return spelling == Spelling::Manifest ? manifest : run_config;
}

void check_blocks(const Text& type, std::span<const BlockChoice> choices, Span owner, Severity others, Diagnostics& diagnostics) {
  const auto known = [&](std::string_view value) {
    return value == "unauthenticated" || std::any_of(choices.begin(), choices.end(), [&](const BlockChoice& choice) { return choice.type == value; });
  };
  if (!type || !known(type.value)) return;  // another value has been reported by the decoder
  for (const auto& choice : choices) {
    const bool wanted = choice.type == type.value;
    if (wanted && !choice.key.valid()) {
      diagnostics.report(Rule::TypeBlockMismatch, type.at.valid() ? type.at : owner, fmt::format("type {} needs the block {}", type.value, choice.field));
    } else if (!wanted && choice.key.valid()) {
      diagnostics
          .report(Rule::TypeBlockMismatch, choice.key,
                  choice.type.empty() ? fmt::format("the block {} does not belong to type {}", choice.field, type.value)
                                      : fmt::format("the block {} belongs to type {}, not to {}", choice.field, choice.type, type.value))
          .with_label(type.at, "the type is set here")
          .with_severity(others);
    }
  }
}

std::optional<std::string> issuer_problem(std::string_view issuer, const IssuerForm& form) {
  if (!userinfo_of(issuer).empty()) return "must not contain a user name or password";
  const auto url = Url::parse(issuer);
  if (!url) return "is not an absolute http(s) URL";
  if (url->has_query()) return "must not have a query";
  if (url->has_fragment()) return "must not have a fragment";
  if (!url->is_https() && !form.allow_http && !(form.loopback_exempt && url->is_loopback())) {
    return form.loopback_exempt ? "must use https (http only on localhost)" : "must use https";
  }
  if (!form.allow_trailing_slash && issuer.ends_with('/')) return "must not end with a slash";
  return std::nullopt;
}

std::optional<std::string> endpoint_problem(std::string_view text, bool allow_http) {
  if (!userinfo_of(text).empty()) return "must not contain a user name or password";
  const auto url = Url::parse(text);
  if (!url) return "is not an absolute http(s) URL";
  if (url->has_fragment()) return "must not have a fragment";
  if (!url->is_https() && !url->is_loopback() && !allow_http) return "must use https (http only on localhost)";
  return std::nullopt;
}

std::optional<std::string> redirect_problem(std::string_view uri, bool allow_http) {
  constexpr std::size_t kMaxLength = 2048;
  if (uri.size() > kMaxLength) return "must have at most 2048 characters";
  const auto url = Url::parse(uri);
  if (!url || !userinfo_of(uri).empty()) return "is not an absolute http(s) URL";
  if (url->has_fragment()) return "must not have a fragment";
  if (!url->is_https() && !url->is_loopback() && !allow_http) return "must use https (http only on localhost)";
  return std::nullopt;
}

std::optional<std::string> audience_problem(std::string_view audience) {
  const auto url = Url::parse(audience);
  if (!url) return "is not an absolute http(s) URL, which RFC 8707 demands of a resource";
  if (url->has_fragment()) return "must not have a fragment";
  return std::nullopt;
}

}  // namespace vmcpauth::config
