// VMA8xx: what the providers and issuers of a configuration answer when they are asked (--online).
#include <array>

#include "core/config/catalogue/live.hpp"

namespace vmcpauth::config::catalogue {
namespace live {
namespace {

using enum Severity;

constexpr RuleExample asked(std::string_view failing, std::string_view passing) { return inputs(failing, passing).when(Moment::Run); }

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = live_rule::kUnreachable,
     .severity = Error,
     .title = "A provider or issuer cannot be reached: name, connection or TLS",
     .why = "The authorization server asks it for metadata when it starts and for tokens at every login. The message says how far the connection came.",
     .source = "OpenID Connect Discovery section 4; RFC 8414 section 3",
     .example = asked("issuer_url: https://sso.exmaple.com, a name that does not resolve\n", "issuer_url: https://sso.example.com\n")},
    {.rule = live_rule::kPrivateAddress,
     .severity = Error,
     .title = "A provider or issuer has a private address that is not allowed",
     .why = "ToolHive refuses to connect to private addresses, so that a name cannot lead it into the network it runs in.",
     .source = "RFC 6890; ToolHive pkg/networking",
     .example = asked("issuer_url resolves to 10.0.0.5\n", "the same with allow_private_ips: true, when that is meant\n")},
    {.rule = live_rule::kNoMetadata,
     .severity = Error,
     .title = "An issuer publishes no metadata where its identifier says",
     .why = "Endpoints and keys are found through it. Often the identifier lacks a path, as of a tenant or a realm.",
     .source = "OpenID Connect Discovery section 4; RFC 8414 section 3",
     .example = asked("issuer_url: https://id.example.com, where metadata is below /realms/main\n", "issuer_url: https://id.example.com/realms/main\n")},
    {.rule = live_rule::kBadMetadata,
     .severity = Error,
     .title = "An issuer's metadata cannot be used",
     .why = "Without an authorization endpoint and a token endpoint nobody can log in there.",
     .source = "OpenID Connect Discovery section 3; RFC 8414 section 2",
     .example = asked("a document without token_endpoint\n", "a document with authorization_endpoint and token_endpoint\n")},
    {.rule = live_rule::kIssuerMismatch,
     .severity = Error,
     .title = "An issuer calls itself something else than the configuration does",
     .why = "Issuers are compared byte for byte: every ID token and every access token of this issuer is refused.",
     .source = "OpenID Connect Discovery section 4.3; RFC 8414 section 3.3",
     .example = asked("issuer_url: https://sso.example.com for an issuer that says https://sso.example.com/\n", "issuer_url as the metadata spells it\n")},
    {.rule = live_rule::kKeysUnusable,
     .severity = Error,
     .title = "An issuer's keys cannot be used",
     .why = "No signature of this issuer can be verified.",
     .source = "RFC 7517 section 5",
     .example = asked("a jwks_uri that answers 404, or with an empty list of keys\n", "a jwks_uri with at least one RSA, EC or Ed25519 key\n")},
    {.rule = live_rule::kNoPkce,
     .severity = Warning,
     .title = "A provider does not advertise PKCE with S256",
     .why = "A login without PKCE can be finished by whoever catches the code. Many providers support it without saying so.",
     .source = "RFC 7636; RFC 8414 section 2; RFC 9700 section 2.1.1",
     .example = asked("metadata without code_challenge_methods_supported\n", "code_challenge_methods_supported: [S256]\n")},
    {.rule = live_rule::kScopeMissing,
     .severity = Warning,
     .title = "A provider does not advertise a scope that is asked for",
     .why = "Some providers ignore a scope they do not know, others refuse the login with invalid_scope.",
     .source = "RFC 6749 section 3.3; OpenID Connect Discovery section 3",
     .example = asked("scopes: [openid, offline_access] at a provider that does not list offline_access\n", "scopes that the provider lists\n")},
    {.rule = live_rule::kGrantMissing,
     .severity = Warning,
     .title = "A provider does not advertise a grant that is needed",
     .why = "Logins need authorization_code; without refresh_token users log in again whenever an access token expires.",
     .source = "RFC 8414 section 2",
     .example = asked("grant_types_supported: [authorization_code]\n", "grant_types_supported: [authorization_code, refresh_token]\n")},
    {.rule = live_rule::kRegistrationClosed,
     .severity = Error,
     .title = "A provider does not let clients register as configured",
     .why = "With dynamic client registration there is no other client: the first login fails.",
     .source = "RFC 7591 section 3",
     .example = asked("dcr_config for an endpoint that answers 401, without an initial access token\n", "the same with initial_access_token_env_var\n")},
    {.rule = live_rule::kClockSkew,
     .severity = Warning,
     .title = "The clock of a provider or issuer and ours differ",
     .why = "Tokens are refused as expired or not yet valid, from a few seconds on. The machine that runs vMCP is what counts.",
     .source = "RFC 7519 section 4.1; RFC 9110 section 6.6.1",
     .example = asked("a Date header two minutes behind\n", "both clocks set by NTP\n")},
    {.rule = live_rule::kNotChecked,
     .severity = Note,
     .title = "A provider or issuer was not asked in time",
     .why = "All of them share one deadline. Nothing is known about this one.",
     .source = "vmcpauth validate --deadline",
     .example = asked("--deadline 1 and a provider that answers after two seconds\n", "--deadline 30\n")},
});

}  // namespace
}  // namespace live

std::span<const RuleInfo> live_rules() noexcept { return live::kRules; }

}  // namespace vmcpauth::config::catalogue
