#include "core/config/rules_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace vmcpauth::config {
namespace {

using enum Severity;

constexpr auto kRules = std::to_array<RuleInfo>({
    {Rule::Unreadable, Error, "A file or folder cannot be read"},
    {Rule::TooLarge, Error, "A file is larger than configuration can sensibly be"},
    {Rule::InvalidUtf8, Error, "The text is not valid UTF-8"},
    {Rule::ControlCharacter, Error, "The text has a control character that no configuration format allows"},
    {Rule::YamlSyntax, Error, "The YAML cannot be parsed"},
    {Rule::JsonSyntax, Error, "The JSON cannot be parsed"},
    {Rule::TomlSyntax, Error, "The TOML cannot be parsed"},
    {Rule::DuplicateKey, Error, "A key is written twice in one mapping"},
    {Rule::BadAlias, Error, "An alias refers to nothing, or to itself"},
    {Rule::TooComplex, Error, "The document nests too deep or grows too large"},
    {Rule::BadKey, Error, "A mapping key is not a plain value"},
    {Rule::BadMerge, Error, "A merge key does not name a mapping"},
    {Rule::BadTag, Error, "A YAML tag is unknown or does not fit its value"},
    {Rule::NothingFound, Note, "The input holds no vMCP configuration"},

    {Rule::UnknownField, Error, "A field has a name that is not known here"},
    {Rule::WrongType, Error, "A value has the wrong type"},
    {Rule::MissingField, Error, "A required field is missing"},
    {Rule::NotAllowedValue, Error, "A value is not one of those allowed"},
    {Rule::BadFormat, Error, "A value does not have the form its field needs"},
    {Rule::OutOfBounds, Error, "A value is too small, too large, too short or too long"},
    {Rule::BadDuration, Error, "A duration cannot be read"},
    {Rule::TypeBlockMismatch, Error, "The block that belongs to the type is missing, or another one is set"},
    {Rule::ExclusiveFields, Error, "Fields exclude each other, or one of several is needed"},
    {Rule::DuplicateEntry, Error, "Two entries of a list have the same name"},
    {Rule::DuplicateResource, Error, "A resource is defined twice"},
    {Rule::BadSecretData, Error, "A value below data is not base64"},
    {Rule::UnknownVersion, Error, "The API version of a known kind is not known"},
    {Rule::CrdUnknownField, Error, "The CustomResourceDefinition has no such field"},
    {Rule::CrdType, Error, "A value does not have the type that the CustomResourceDefinition gives it"},
    {Rule::CrdRequired, Error, "A field that the CustomResourceDefinition requires is missing"},
    {Rule::CrdUnsupported, Error, "A value is not one of those that the CustomResourceDefinition lists"},
    {Rule::CrdInvalid, Error, "A value is outside the bounds or the form that the CustomResourceDefinition sets"},
    {Rule::CrdTooMuch, Error, "A text is longer, or a list has more entries, than the CustomResourceDefinition allows"},
    {Rule::CrdDuplicate, Error, "An entry that must be unique in its list is there twice"},
    {Rule::CrdRuleFailed, Error, "A validation rule (CEL) of the CustomResourceDefinition does not hold"},
    {Rule::CrdNotEvaluated, Warning, "A validation rule (CEL) of the CustomResourceDefinition could not be evaluated"},
    {Rule::CrdRulesSkipped, Note, "Validation rules (CEL) were not checked because the object is invalid"},
    {Rule::CrdVersion, Error, "The CustomResourceDefinition does not serve this version"},
    {Rule::CrdDeprecated, Warning, "The CustomResourceDefinition calls this version deprecated"},
    {Rule::CrdUnusable, Error, "A CustomResourceDefinition cannot be used"},

    {Rule::MissingResource, Error, "A resource that is referred to is not in the input"},
    {Rule::MissingSecretKey, Error, "A Secret or ConfigMap has no such key"},
    {Rule::SecretUnavailable, Error, "The value of a secret cannot be found"},
    {Rule::NoSuchServer, Error, "It is not clear which server to run"},
    {Rule::BackendWithoutUrl, Error, "A backend has no URL that can be reached from here"},
    {Rule::UnusedOverlayEntry, Warning, "An entry of vmcpauth.toml matches nothing"},
    {Rule::NoBackends, Warning, "A server has no backends"},
    {Rule::WeakSecret, Error, "A secret is too short"},
    {Rule::WrongKindOfConfig, Error, "A reference names a configuration that cannot be used there"},

    {Rule::IssuerForm, Error, "The issuer is not a usable issuer identifier"},
    {Rule::IssuerMismatch, Error, "The authorization server's issuer is not the issuer that tokens are checked against"},
    {Rule::AudienceNotAllowed, Error, "The authorization server never issues the audience that tokens are checked for"},
    {Rule::AuthServerNeedsOidc, Error, "An authorization server needs incoming authentication of type oidc"},
    {Rule::NoUpstream, Error, "The authorization server has no upstream identity provider"},
    {Rule::UpstreamName, Error, "An upstream's name cannot be used"},
    {Rule::NoAllowedAudience, Error, "The authorization server has no allowed audience"},
    {Rule::AudienceForm, Error, "An audience is not an absolute http(s) URI"},
    {Rule::ScopeNotSupported, Error, "A scope is not among the supported scopes"},
    {Rule::ConfidentialOverHttp, Error, "Client secrets would travel over plain http"},
    {Rule::ForceConfidentialUris, Error, "Forced-confidential redirect URIs cannot work as configured"},
    {Rule::DelegateClients, Error, "A delegate client is not usable"},
    {Rule::TrustedIssuers, Error, "A trusted issuer is not usable"},
    {Rule::LifespanBounds, Error, "A token lifespan is out of bounds"},
    {Rule::EndpointForm, Error, "An upstream URL is not usable"},
    {Rule::ClientRegistration, Error, "It is not clear how to be a client of the upstream"},
    {Rule::ReservedParameter, Error, "An authorization parameter belongs to the protocol and cannot be overridden"},
    {Rule::RedirectUriForm, Error, "A redirect URI is not usable"},
    {Rule::SyntheticIdentity, Warning, "An OAuth 2.0 upstream says nothing about who the user is"},
    {Rule::TooManyUpstreams, Error, "An MCPServer or MCPRemoteProxy can use one upstream only"},
    {Rule::CimdBounds, Error, "The client metadata document cache has impossible bounds"},
    {Rule::PrimaryUpstream, Error, "The primary upstream is not among the upstreams"},
    {Rule::AudienceNotResource, Error, "With an authorization server the audience must be the resource URL"},
    {Rule::IncomingAuth, Error, "Incoming authentication is not usable"},

    {Rule::InjectWithoutAuthServer, Error, "upstream_inject needs an embedded authorization server"},
    {Rule::UnknownProvider, Error, "A provider name is not among the upstreams"},
    {Rule::ImplicitSubjectProvider, Warning, "Token exchange does not say whose token it exchanges"},
    {Rule::EmptyProvider, Error, "upstream_inject needs the name of a provider"},
    {Rule::AmbiguousSubjectProvider, Error, "With several upstreams the subject provider must be named"},
    {Rule::UnsupportedStrategy, Error, "A strategy is recognised but cannot be run here"},
    {Rule::InjectionDisabled, Error, "A strategy needs the upstream tokens whose injection is disabled"},
    {Rule::PassthroughHeader, Error, "A header cannot be passed through to backends"},
    {Rule::InjectedHeader, Error, "A header cannot be set on requests to backends"},
    {Rule::StrategyWithoutBackend, Warning, "A strategy is configured for a backend that does not exist"},
    {Rule::NotForVirtualServer, Warning, "ToolHive's virtual server refuses this strategy"},
    {Rule::IncompleteStrategy, Error, "A strategy lacks something it needs"},

    {Rule::LiveUnreachable, Error, "A provider or issuer cannot be reached: name, connection or TLS"},
    {Rule::LivePrivateAddress, Error, "A provider or issuer has a private address that is not allowed"},
    {Rule::LiveNoMetadata, Error, "An issuer publishes no metadata where its identifier says"},
    {Rule::LiveBadMetadata, Error, "An issuer's metadata cannot be used"},
    {Rule::LiveIssuerMismatch, Error, "An issuer calls itself something else than the configuration does"},
    {Rule::LiveKeysUnusable, Error, "An issuer's keys cannot be used"},
    {Rule::LiveNoPkce, Warning, "A provider does not advertise PKCE with S256"},
    {Rule::LiveScopeMissing, Warning, "A provider does not advertise a scope that is asked for"},
    {Rule::LiveGrantMissing, Warning, "A provider does not advertise a grant that is needed"},
    {Rule::LiveRegistrationClosed, Error, "A provider does not let clients register as configured"},
    {Rule::LiveClockSkew, Warning, "The clock of a provider or issuer and ours differ"},
    {Rule::LiveNotChecked, Note, "A provider or issuer was not asked in time"},
});

}  // namespace

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Error: return "error";
    case Warning: return "warning";
    case Note: return "note";
  }
  return "error";
}

std::span<const RuleInfo> rules() noexcept { return kRules; }

const RuleInfo& info(Rule rule) noexcept {
  const auto found = std::lower_bound(kRules.begin(), kRules.end(), rule, [](const RuleInfo& entry, Rule wanted) { return entry.rule < wanted; });
  return found != kRules.end() && found->rule == rule ? *found : kRules.front();
}

std::string rule_id(Rule rule) { return fmt::format("VMA{}", static_cast<unsigned>(rule)); }

std::optional<Rule> find_rule(std::string_view text) noexcept {
  if (text.size() == 6 && (text.starts_with("VMA") || text.starts_with("vma"))) text.remove_prefix(3);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  for (const auto& entry : kRules) {
    if (static_cast<unsigned>(entry.rule) == number) return entry.rule;
  }
  return std::nullopt;
}

}  // namespace vmcpauth::config
