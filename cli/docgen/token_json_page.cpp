#include <fmt/format.h>

#include "cli/docgen/documents.hpp"
#include "cli/docgen/member_tables.hpp"
#include "cli/token/document_shapes.hpp"
#include "core/inspect/observation_codes.hpp"
#include "core/store/record_shapes.hpp"

namespace vmcpauth::cli::docgen {

namespace {

constexpr std::string_view kIntroduction = R"page(# JSON of the token commands

What `vmcpauth token … --json` prints, and the files that `token dump` writes. Members may be added; those on this page keep their names and their meaning. A member is always there unless its row says when. No access token, refresh token, client secret or code is in any of it, unless `--reveal` says so.

The examples are from the [complete example](../guides/authentication.md#a-complete-example) with Ada signed in; `…` stands for what is left out.

[token list](#token-list) · [inspect](#token-inspect) · [doctor](#token-doctor) · [refresh](#token-refresh) · [revoke](#token-revoke) · [exchange](#token-exchange) · [dump](#token-dump) · [records of a dump](#records-of-a-dump) · [observation codes](#observation-codes)
)page";

constexpr std::string_view kList = R"page(
## token list

```console world=real
$ vmcpauth token list --json
{"store":"sqlite:~/state/vmcpauth/sessions.db","sessions":[
{"tsid":"8PEvzCip-gwG…","user":{"id":"…","name":"ada of corporate","email":"ada@corporate.test"},"client_id":"…","created_at":{"unix":1795554711,"utc":"2026-11-24 21:11:51Z","relative":"…"},"last_used_at":{…},"providers":[{"provider":"codehost","subject":"ada","scopes":["openid","offline_access"],"expires_at":{…},"session_expires_at":{…},"expired":false,"has_access_token":true,"has_refresh_token":true,"has_id_token":true},{"provider":"corporate",…}]}
],"logins":[{"server":"http://127.0.0.1:4483/mcp","issuer":"http://127.0.0.1:4483","client_id":"…","scopes":["openid","profile","email"],"expires_at":{…},"has_refresh_token":false}]}
```

With `--watch` one such object follows the other.

)page";

constexpr std::string_view kInspect = R"page(
## token inspect

```console world=mock
$ vmcpauth token get --provider corporate | vmcpauth token inspect - --json
{
  "tokens": [
    {
      "form": "jwt",
      "bytes": …,
      "good": true,
      "header": {
        "alg": "ES256",
        "kid": "…",
        "typ": "at+jwt"
      },
      "claims": {
        "aud": "api://corporate",
        "client_id": "mcp-research",
…
      },
      "times": {
        "iat": {
          "unix": 1795554733,
          "utc": "2026-11-24 21:12:13Z",
          "relative": "…"
        },
…
      },
      "observations": [],
      "signature": {
        "state": "not-checked",
        "detail": "name the keys with --jwks, --issuer or --config"
      }
    }
  ]
}
```

)page";

constexpr std::string_view kDoctor = R"page(
## token doctor

```console world=real status=1
$ vmcpauth token revoke 8PEvzC --local-only --provider corporate
8PEvzCip-gwG  corporate: taken out of the store; not revoked at the provider
$ vmcpauth token doctor --config deploy/ --json
{"store":"sqlite:~/state/vmcpauth/sessions.db","sessions":[
{"tsid":"8PEvzCip-gwG…","user":{…},"client_id":"…","created_at":{…},"last_used_at":{…},"worst":"problem","observations":[],"providers":[{"provider":"codehost","observations":[]},{"provider":"corporate","observations":[{"severity":"problem","code":"no-tokens","text":"the session has no tokens of it, and backends directory, reports needs them: sign in again"}]}]}
],"checked":1,"with_problems":1,"with_warnings":0}
```

)page";

constexpr std::string_view kRefresh = R"page(
## token refresh

```console world=real
$ vmcpauth token refresh 8PEvzC --provider corporate --config deploy/ --json
{
  "tsid": "8PEvzCip-gwG…",
  "providers": [
    {
      "provider": "corporate",
      "refreshed": true,
      "before": {
        "expires_at": {
          "unix": 1795558331,
          "utc": "2026-11-24 22:12:11Z",
          "relative": "…"
        },
        "has_refresh_token": true,
        "scopes": [
          "openid",
          "offline_access"
        ]
      },
      "after": {
…
      },
      "access_token_changed": true,
      "refresh_token_rotated": true,
      "id_token_changed": …
    }
  ]
}
```

)page";

constexpr std::string_view kRevoke = R"page(
## token revoke

```console world=real
$ vmcpauth token revoke 8PEvzC --local-only --json
{
  "revoked": [
    {
      "tsid": "8PEvzCip-gwG…",
      "provider": "codehost",
      "at_provider": "skipped",
      "erased": true
    },
…
  ],
  "logins_ended": 1,
  "logins_stopped": 0
}
```

)page";

constexpr std::string_view kExchange = R"page(
## token exchange

```console world=real
$ vmcpauth token exchange --backend reports --config deploy/ --json
{
  "request": {
    "url": "http://127.0.0.1:38915/token",
    "fields": {
      "Authorization": "Basic [redacted] (client mcp-exchange)",
      "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
      "subject_token": "[redacted]",
      "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
      "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
      "audience": "reports-api",
      "scope": "reports.read"
    }
  },
  "answer": {
    "accepted": true,
    "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
    "token_type": "Bearer",
    "expires_in": 300,
    "access_token": "[redacted]",
    "token": {
…
    },
    "diff": [
      {
        "claim": "iss",
        "change": "added",
        "after": "…"
      },
…
    ]
  }
}
```

)page";

constexpr std::string_view kTry = R"page(
## token exchange --try

`--try --json` prints one object with every variation that was sent:

)page";

constexpr std::string_view kBackend = R"page(
## token exchange of a backend that exchanges nothing

```console world=real
$ vmcpauth token exchange --backend directory --config deploy/ --json
{
  "backend": "directory",
  "strategy": "upstream_inject",
  "exchanges": false,
  "sent": true,
  "request": {
    "url": "…",
    "headers": {
      "Authorization": "Bearer [redacted]"
    },
    "passed_from_client": []
  },
  "remark": "the stored access token of provider corporate",
  "tsid": "8PEvzCip-gwG…",
  "token": {
    "provider": "corporate",
…
  }
}
```

)page";

constexpr std::string_view kDump = R"page(
## token dump

```console world=real
$ vmcpauth token dump
{"vmcpauth_dump":1,"created_at":1795554732,"store":"sqlite:~/state/vmcpauth/sessions.db","redacted":true,"records":[
{"kind":"client","id":"…","redirect_uris":[…],"grant_types":["authorization_code","refresh_token"],…},
…
{"kind":"upstream","session_id":"8PEvzCip-gwG…","provider":"corporate","access_token":"[redacted]","refresh_token":"[redacted]",…}
],"counts":{"client":1,"code":1,"upstream":2,"user":1}}
```

)page";

constexpr std::string_view kDumpMore = R"page(
Rows that cannot be read are left out, and said on standard error.
)page";

constexpr std::string_view kSealed = R"page(
## token dump --encrypt

An envelope around the dump's text:

)page";

constexpr std::string_view kSealedMore = R"page(
The key is scrypt of the passphrase with the parameters and the salt of the envelope. Each chunk is base64url of nonce (12 bytes), ciphertext and tag (16 bytes). What is authenticated along with chunk *i*: the envelope up to and with the salt's closing quote, byte for byte, a line feed, *i* in decimal, a line feed, and `last` for the last chunk, `more` for the others.
)page";

constexpr std::string_view kRecordsIntroduction = R"page(
## Records of a dump

Times are seconds since 1970. A secret reads `[redacted]`, unless the dump was taken with `--reveal` or `--encrypt`.
)page";

constexpr std::string_view kCodesIntroduction = R"page(
## Observation codes

For `code` of an [observation](#observation). Scripts may rely on the codes; the texts beside them may change.
)page";

std::string codes() {
  std::string out(kCodesIntroduction);
  std::string_view group;
  for (const auto& known : inspect::kObservationCodes) {
    if (known.group != group) out += fmt::format("\n| {} | |\n|---|---|\n", known.group);
    group = known.group;
    out += fmt::format("| `{}` | {} |\n", known.code, known.meaning);
  }
  return out;
}

std::string records(MemberTables& tables) {
  std::string out(kRecordsIntroduction);
  for (const auto* shape : store::kRecordShapes) out += tables.part(*shape, fmt::format("{} record", shape->name));
  return out;
}

}  // namespace

std::string token_json_page() {
  MemberTables tables;
  std::string out(kGenerated);
  out += kIntroduction;
  out.append(kList).append(tables.of(kListShape));
  out.append(kInspect).append(tables.of(kInspectShape));
  out.append(kDoctor).append(tables.of(kDoctorShape));
  out.append(kRefresh).append(tables.of(kRefreshShape));
  out.append(kRevoke).append(tables.of(kRevokeShape));
  out.append(kExchange).append(tables.of(kExchangeShape));
  out.append(kTry).append(tables.of(kTryShape));
  out.append(kBackend).append(tables.of(kBackendRequestShape));
  out.append(kDump).append(tables.of(inspect::kDumpShape)).append(kDumpMore);
  out.append(kSealed).append(tables.of(inspect::kSealedDumpShape)).append(kSealedMore);
  return out + records(tables) + codes();
}

}  // namespace vmcpauth::cli::docgen
