// The one table of everything configuration can be told: identifier, severity, title. Findings, `explain`, the
// guide and SARIF all read it. Identifiers are stable: VMA1xx syntax, 2xx structure, 3xx references, 4xx the
// authorization server, 5xx outgoing authentication.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vmcpauth::config {

enum class Severity : std::uint8_t { Error, Warning, Note };

[[nodiscard]] std::string_view to_string(Severity severity) noexcept;

enum class Rule : std::uint16_t {
  Unreadable = 101,
  TooLarge = 102,
  InvalidUtf8 = 103,
  ControlCharacter = 104,
  YamlSyntax = 105,
  JsonSyntax = 106,
  TomlSyntax = 107,
  DuplicateKey = 108,
  BadAlias = 109,
  TooComplex = 110,
  BadKey = 111,
  BadMerge = 112,
  BadTag = 113,
  NothingFound = 115,

  UnknownField = 201,
  WrongType = 202,
  MissingField = 203,
  NotAllowedValue = 204,
  BadFormat = 205,
  OutOfBounds = 206,
  BadDuration = 207,
  TypeBlockMismatch = 208,
  ExclusiveFields = 209,
  DuplicateEntry = 210,
  DuplicateResource = 211,
  BadSecretData = 212,
  UnknownVersion = 213,

  // Against CustomResourceDefinitions (--crds), as an API server says it.
  CrdUnknownField = 230,
  CrdType = 231,
  CrdRequired = 232,
  CrdUnsupported = 233,
  CrdInvalid = 234,
  CrdTooMuch = 235,
  CrdDuplicate = 236,
  CrdRuleFailed = 237,
  CrdNotEvaluated = 238,
  CrdRulesSkipped = 239,
  CrdVersion = 240,
  CrdDeprecated = 241,
  CrdUnusable = 242,

  MissingResource = 301,
  MissingSecretKey = 302,
  SecretUnavailable = 303,
  NoSuchServer = 304,
  BackendWithoutUrl = 305,
  UnusedOverlayEntry = 306,
  NoBackends = 307,
  WeakSecret = 308,
  WrongKindOfConfig = 309,

  IssuerForm = 401,
  IssuerMismatch = 402,
  AudienceNotAllowed = 403,
  AuthServerNeedsOidc = 404,
  NoUpstream = 405,
  UpstreamName = 406,
  NoAllowedAudience = 407,
  AudienceForm = 408,
  ScopeNotSupported = 409,
  ConfidentialOverHttp = 410,
  ForceConfidentialUris = 411,
  DelegateClients = 412,
  TrustedIssuers = 413,
  LifespanBounds = 414,
  EndpointForm = 415,
  ClientRegistration = 416,
  ReservedParameter = 417,
  RedirectUriForm = 418,
  SyntheticIdentity = 419,
  TooManyUpstreams = 420,
  CimdBounds = 421,
  PrimaryUpstream = 422,
  AudienceNotResource = 423,
  IncomingAuth = 424,

  InjectWithoutAuthServer = 501,
  UnknownProvider = 502,
  ImplicitSubjectProvider = 503,
  EmptyProvider = 504,
  AmbiguousSubjectProvider = 505,
  UnsupportedStrategy = 506,
  InjectionDisabled = 507,
  PassthroughHeader = 508,
  InjectedHeader = 509,
  StrategyWithoutBackend = 510,
  NotForVirtualServer = 511,
  IncompleteStrategy = 512,

  // Asked over the network (--online).
  LiveUnreachable = 801,
  LivePrivateAddress = 802,
  LiveNoMetadata = 803,
  LiveBadMetadata = 804,
  LiveIssuerMismatch = 805,
  LiveKeysUnusable = 806,
  LiveNoPkce = 807,
  LiveScopeMissing = 808,
  LiveGrantMissing = 809,
  LiveRegistrationClosed = 810,
  LiveClockSkew = 811,
  LiveNotChecked = 812,
};

struct RuleInfo {
  Rule rule;
  Severity severity;
  std::string_view title;  // one sentence, general
};

// In order of identifier.
[[nodiscard]] std::span<const RuleInfo> rules() noexcept;
[[nodiscard]] const RuleInfo& info(Rule rule) noexcept;
// "VMA203".
[[nodiscard]] std::string rule_id(Rule rule);
// Accepts "VMA203", "vma203" and "203".
[[nodiscard]] std::optional<Rule> find_rule(std::string_view text) noexcept;

}  // namespace vmcpauth::config
