// The catalogue of everything configuration can be told. Findings, `vmcpauth explain`, docs/reference/rules.md and
// SARIF all read it. Identifiers are stable: VMA1xx syntax, 2xx structure, 3xx references, 4xx the authorization
// server, 5xx outgoing authentication, 6xx provider practice, 7xx security practice, 8xx live.
//
// A new rule: (1) a value in enum Rule, (2) an entry in core/config/catalogue/<hundred>.cpp (in order of identifier),
// (3) code that reports it, (4) VMCPAUTH_UPDATE_WANT=1 build/dev/tests/unit/config/unit_config "rules: *", and read what
// it wrote below testdata/validate. An entry looks like this (all fields are demanded by a test):
//   {.rule = Rule::NoAllowedAudience,
//    .severity = Error,
//    .title = "The authorization server has no allowed audience",          one sentence, general, without a full stop
//    .why = "Tokens are bound to an audience (RFC 8707); …",                what happens otherwise; whole sentences
//    .source = "RFC 8707 section 2",                                        RFC section, V-number, provider's document
//    .example = change(Base::AuthServer, "[https://a/mcp]", "[]")},         see RuleExample below
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  StaleIgnore = 120,
  BadIgnore = 121,
  StaleBaseline = 122,
  BadBaseline = 123,

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
  RedirectElsewhere = 425,
  RedirectDerived = 426,

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

  GoogleOffline = 601,
  GoogleOfflineScope = 602,
  GoogleConsent = 603,
  GoogleIssuer = 604,
  EntraOffline = 611,
  EntraV1Issuer = 612,
  EntraSharedTenant = 613,
  EntraResource = 614,
  EntraSubject = 615,
  EntraMixedScopes = 616,
  OktaOffline = 621,
  OktaOrgServer = 622,
  OktaRegistration = 623,
  OktaAdminDomain = 624,
  Auth0Audience = 631,
  Auth0Offline = 632,
  Auth0Issuer = 633,
  GitHubOidc = 641,
  GitHubSubject = 642,
  GitHubRegistration = 643,
  GitHubScopes = 644,
  GitHubLogin = 645,
  SlackUserToken = 651,
  SlackBotToken = 652,
  SlackOfflineScope = 653,
  AtlassianOffline = 661,
  AtlassianAudience = 662,
  AtlassianConsent = 663,
  AtlassianMetadata = 664,
  KeycloakAudience = 671,
  KeycloakIssuer = 672,
  KeycloakMaster = 673,
  GitLabOfflineScope = 681,
  CognitoOfflineScope = 686,
  CognitoIssuer = 687,
  CognitoAudience = 688,
  SnowflakeIdentity = 691,
  SnowflakeRefresh = 692,
  SnowflakeOfflineScope = 693,
  AuthentikIssuer = 695,

  EphemeralSigningKey = 701,
  EphemeralHmac = 702,
  MemoryStoreReplicas = 703,
  AnonymousIncoming = 704,
  NoRefreshTokens = 705,
  WideBaselineScopes = 706,
  InlineSecret = 707,
  PlainHttp = 708,
  InsecureFlag = 709,
  UpstreamWithoutRefresh = 710,
};

// A complete, correct configuration that examples are made from; their texts are in catalogue/bases.cpp.
enum class Base : std::uint8_t {
  None,        // the example's texts are whole inputs
  AuthServer,  // an authserver-config.yaml
  Runtime,     // a vMCP runtime file with an authserver-config.yaml beside it
  Manifests,   // a VirtualMCPServer and all it refers to
  Workload,    // an MCPServer with an authorization server of its own
  Crd,         // an MCPGroup and a CustomResourceDefinition for it
};

// When the rule can be seen.
enum class Moment : std::uint8_t {
  Validate,  // `validate` on the example's files
  Crds,      // `validate --crds` with those of them that are below crds/
  Serve,     // only when one server is about to run: `serve` on them
  Run,       // needs more than files (an unreadable folder, --online, --baseline): the texts say what, for people
};

// A failing and a passing input, both complete. They differ in `failing` and `passing`, which take the place of `at` in
// the base. A text holds several files when lines "# file: NAME" come before each.
struct RuleExample {
  Base base = Base::None;
  std::string_view at;
  std::string_view failing;
  std::string_view passing;
  Moment moment = Moment::Validate;

  [[nodiscard]] constexpr RuleExample when(Moment value) const {
    RuleExample out = *this;
    out.moment = value;
    return out;
  }
};
// Two whole inputs.
constexpr RuleExample inputs(std::string_view failing, std::string_view passing) { return {Base::None, {}, failing, passing}; }
// The base is right; `wrong` in place of `right` is not.
constexpr RuleExample change(Base base, std::string_view right, std::string_view wrong) { return {base, right, wrong, right}; }
// Both differ from the base.
constexpr RuleExample replace(Base base, std::string_view at, std::string_view failing, std::string_view passing) { return {base, at, failing, passing}; }

struct ExampleFile {
  std::string name;
  std::string text;
};
// The complete files of one side.
[[nodiscard]] std::vector<ExampleFile> failing_files(const RuleExample& example);
[[nodiscard]] std::vector<ExampleFile> passing_files(const RuleExample& example);

struct RuleInfo {
  Rule rule;
  Severity severity;
  std::string_view title;  // one sentence, general
  std::string_view why;
  std::string_view source;
  RuleExample example;
};

// In order of identifier.
[[nodiscard]] std::span<const RuleInfo> rules() noexcept;
[[nodiscard]] const RuleInfo& info(Rule rule) noexcept;
// "VMA203".
[[nodiscard]] std::string rule_id(Rule rule);
// Accepts "VMA203", "vma203" and "203".
[[nodiscard]] std::optional<Rule> find_rule(std::string_view text) noexcept;

}  // namespace vmcpauth::config
