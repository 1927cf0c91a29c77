// The forms a text value can be held to, each with a matcher, a pattern for JSON Schema and words for people.
// Named by field tables, applied by the decoder.
#pragma once

#include <cstdint>
#include <string_view>

namespace vmcpauth::config {

enum class Form : std::uint8_t {
  Any,
  DnsLabel,        // names of upstreams
  ResourceName,    // names of Kubernetes objects
  HttpUrl,         // starts with http:// or https://
  HttpsUrl,        // starts with https://
  IssuerUrl,       // http(s), no query, fragment or trailing slash
  HttpsIssuerUrl,  // the same, https only
  HttpsNoQuery,    // https, no query or fragment
  GoDuration,
  ScopeToken,  // RFC 6749 appendix A.4
  ClaimName,
  Identifier,  // Cedar entity type
  EnvName,
  SubjectTokenType,
  ExactSubject,  // no wildcard
  AbsolutePath,
  AwsRegion,
  RoleArn,
  TenantId,         // UUID or domain
  SecretReference,  // overlay: env:NAME or file:PATH
};

struct FormInfo {
  Form form;
  std::string_view words;    // "must be …"
  std::string_view pattern;  // ECMA 262, as JSON Schema wants it
  bool (*matches)(std::string_view) noexcept;
};

[[nodiscard]] const FormInfo& info(Form form) noexcept;

// "user:password" of a URL; empty when there is none.
[[nodiscard]] std::string_view userinfo_of(std::string_view url) noexcept;

}  // namespace vmcpauth::config
