#include "core/config/form.hpp"

#include <algorithm>
#include <array>

#include "core/base/duration.hpp"

namespace vmcpauth::config {
namespace {

bool lower_alnum(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool alpha(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) noexcept { return c >= '0' && c <= '9'; }
template <class Predicate>
bool all(std::string_view text, Predicate predicate) noexcept {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool any(std::string_view) noexcept { return true; }

bool dns_label(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 63 && lower_alnum(text.front()) && lower_alnum(text.back()) &&
         all(text, [](char c) { return lower_alnum(c) || c == '-'; });
}

bool resource_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 253 && lower_alnum(text.front()) && lower_alnum(text.back()) &&
         all(text, [](char c) { return lower_alnum(c) || c == '-' || c == '.'; });
}

bool http_url(std::string_view text) noexcept { return text.starts_with("http://") || text.starts_with("https://"); }
bool https_url(std::string_view text) noexcept { return text.starts_with("https://"); }

bool no_query(std::string_view text) noexcept { return text.find_first_of(" \t\r\n?#") == std::string_view::npos; }
std::string_view after_scheme(std::string_view text) noexcept { return text.substr(text.find("://") + 3); }

bool issuer_url(std::string_view text) noexcept { return http_url(text) && no_query(text) && after_scheme(text).size() >= 2 && !text.ends_with('/'); }
bool https_issuer_url(std::string_view text) noexcept { return https_url(text) && issuer_url(text); }
bool https_no_query(std::string_view text) noexcept { return https_url(text) && no_query(text) && !after_scheme(text).empty(); }

bool go_duration(std::string_view text) noexcept { return parse_go_duration(text).has_value(); }

bool scope_token(std::string_view text) noexcept {
  return !text.empty() && all(text, [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

bool word(std::string_view text) noexcept {
  return !text.empty() && (alpha(text.front()) || text.front() == '_') && all(text, [](char c) { return alpha(c) || digit(c) || c == '_'; });
}
bool claim_name(std::string_view text) noexcept { return text.empty() || word(text); }

bool subject_token_type(std::string_view text) noexcept {
  constexpr std::string_view kUrn = "urn:ietf:params:oauth:token-type:";
  if (text.starts_with(kUrn))
    text.remove_prefix(kUrn.size());
  else if (text.empty())
    return true;
  return text == "access_token" || text == "id_token" || text == "jwt";
}

bool exact_subject(std::string_view text) noexcept { return !text.empty() && text.find('*') == std::string_view::npos; }
bool absolute_path(std::string_view text) noexcept { return text.starts_with('/') && text.find("..") == std::string_view::npos; }

// ^[a-z]{2}(-[a-z]+)+-\d+$
bool aws_region(std::string_view text) noexcept {
  const auto last = text.rfind('-');
  if (last == std::string_view::npos || last + 1 == text.size() || !all(text.substr(last + 1), digit)) return false;
  std::size_t parts = 0;
  for (auto rest = text.substr(0, last);; ++parts) {
    const auto end = rest.find('-');
    const auto part = rest.substr(0, end);
    if (part.empty() || (parts == 0 && part.size() != 2) || !all(part, [](char c) { return c >= 'a' && c <= 'z'; })) return false;
    if (end == std::string_view::npos) return parts > 0;
    rest.remove_prefix(end + 1);
  }
}

// ^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:role/[\w+=,.@\-_/]+$
bool role_arn(std::string_view text) noexcept {
  bool partition = false;
  for (const std::string_view prefix : {"arn:aws:iam::", "arn:aws-cn:iam::", "arn:aws-us-gov:iam::"}) {
    if (text.starts_with(prefix)) {
      text.remove_prefix(prefix.size());
      partition = true;
      break;
    }
  }
  constexpr std::string_view kRole = ":role/";
  if (!partition || text.size() <= 12 + kRole.size() || !all(text.substr(0, 12), digit) || text.substr(12, kRole.size()) != kRole) return false;
  return all(text.substr(12 + kRole.size()), [](char c) { return alpha(c) || digit(c) || std::string_view("_+=,.@-/").find(c) != std::string_view::npos; });
}

// A UUID, or a domain of labels with at least one dot.
bool tenant_id(std::string_view text) noexcept {
  constexpr std::size_t kUuid = 36;
  const auto hex = [](char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  bool uuid = text.size() == kUuid;
  for (std::size_t i = 0; uuid && i < kUuid; ++i) uuid = i == 8 || i == 13 || i == 18 || i == 23 ? text[i] == '-' : hex(text[i]);
  if (uuid) return true;
  if (text.find('.') == std::string_view::npos) return false;
  while (true) {
    const auto dot = text.find('.');
    const auto label = text.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!all(label, [](char c) { return alpha(c) || digit(c) || c == '-'; })) return false;
    if (dot == std::string_view::npos) return label.size() >= 2 && all(label, alpha);
    text.remove_prefix(dot + 1);
  }
}

bool secret_reference(std::string_view text) noexcept {
  if (text.starts_with("env:")) return word(text.substr(4));
  return text.starts_with("file:") && text.size() > 5;
}

constexpr auto kForms = std::to_array<FormInfo>({
    {Form::Any, "any text", "", any},
    {Form::DnsLabel, "a lower-case name of letters, digits and hyphens, at most 63 characters", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", dns_label},
    {Form::ResourceName, "a Kubernetes name: lower-case letters, digits, hyphens and dots", "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", resource_name},
    {Form::HttpUrl, "an http:// or https:// URL", "^https?://", http_url},
    {Form::HttpsUrl, "an https:// URL", "^https://", https_url},
    {Form::IssuerUrl, "an http(s) URL without query, fragment or trailing slash", "^https?://[^\\s?#]+[^/\\s?#]$", issuer_url},
    {Form::HttpsIssuerUrl, "an https URL without query, fragment or trailing slash", "^https://[^\\s?#]+[^/\\s?#]$", https_issuer_url},
    {Form::HttpsNoQuery, "an https URL without query or fragment", "^https://[^\\s?#]+$", https_no_query},
    {Form::GoDuration, "a duration such as 30s, 10m or 1h30m", "^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$", go_duration},
    {Form::ScopeToken, "one scope: printable ASCII without spaces, quotes or backslashes", "^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$", scope_token},
    {Form::ClaimName, "a claim name of letters, digits and underscores", "^([a-zA-Z_][a-zA-Z0-9_]*)?$", claim_name},
    {Form::Identifier, "a name of letters, digits and underscores", "^[A-Za-z_][A-Za-z0-9_]*$", word},
    {Form::EnvName, "the name of an environment variable", "^[A-Za-z_][A-Za-z0-9_]*$", word},
    {Form::SubjectTokenType, "access_token, id_token or jwt, or the URN of one of them",
     "^(access_token|id_token|jwt|urn:ietf:params:oauth:token-type:(access_token|id_token|jwt))?$", subject_token_type},
    {Form::ExactSubject, "an exact subject, without wildcards", "^[^*]+$", exact_subject},
    {Form::AbsolutePath, "an absolute path without ..", "^/", absolute_path},
    {Form::AwsRegion, "an AWS region such as eu-central-1", "^[a-z]{2}(-[a-z]+)+-\\d+$", aws_region},
    {Form::RoleArn, "the ARN of an IAM role", "^arn:(aws|aws-cn|aws-us-gov):iam::\\d{12}:role/[\\w+=,.@\\-_/]+$", role_arn},
    {Form::TenantId, "the identifier (a UUID) or a domain of a tenant",
     "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\\.)+[a-zA-Z]{2,})$",
     tenant_id},
    {Form::SecretReference, "env:NAME or file:PATH", "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$", secret_reference},
});

}  // namespace

const FormInfo& info(Form form) noexcept {
  const auto found = std::find_if(kForms.begin(), kForms.end(), [&](const FormInfo& entry) { return entry.form == form; });
  return found == kForms.end() ? kForms.front() : *found;
}

std::string_view userinfo_of(std::string_view url) noexcept {
  const auto start = url.find("://");
  if (start == std::string_view::npos) return {};
  const auto authority = url.substr(start + 3, url.find_first_of("/?#", start + 3) - start - 3);
  const auto at = authority.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : authority.substr(0, at);
}

}  // namespace vmcpauth::config
