#include "cli/call_shapes.hpp"
#include "cli/docgen/documents.hpp"
#include "cli/docgen/member_tables.hpp"
#include "core/config/report/report_shapes.hpp"
#include "core/doctor/report_shapes.hpp"

namespace vmcpauth::cli::docgen {

namespace {

constexpr std::string_view kValidateText = R"page(# The JSON report of `vmcpauth validate`

`vmcpauth validate --format json` prints one JSON object on standard output. Readers check `format` and `version` first: a change that could break one raises `version`; new members may appear at any time and are to be ignored. The same input gives the same bytes.

```console run set=issuer-slash status=1
$ vmcpauth validate deploy/ --format json
{
  "format": "vmcpauth-validate",
  "version": 1,
  "tool": {
    "name": "vmcpauth",
    "version": "…"
  },
  "passed": false,
  "summary": {
    "errors": 1,
    "warnings": 2,
    "notes": 2,
    "files": 1,
    "resources": 3,
    "ignored_documents": 0,
    "accepted_by_comment": 0,
    "accepted_by_baseline": 0
  },
  "findings": [
…
    {
      "rule": "VMA402",
      "severity": "error",
      "message": "the incoming issuer \"https://mcp.example.com/\" is not the authorization server's \"https://mcp.example.com\"",
      "title": "The authorization server's issuer is not the issuer that tokens are checked against",
      "hint": "the incoming issuer ends with a slash, the authorization server does not\n…",
      "file": "deploy/issuer-slash.yaml",
      "line": …,
      "column": 20,
      "end_line": …,
      "end_column": 46,
      "source": "  inline: {issuer: \"https://mcp.example.com/\"}",
      "related": [
        {
          "message": "the authorization server's issuer is defined here",
          "file": "deploy/issuer-slash.yaml",
          "line": 7,
          "column": 13,
          "end_line": 7,
          "end_column": 36
        }
      ]
    }
  ]
}
```

The exit status is 0 (passed), 1 (not passed), 2 (the command line is wrong, nothing on standard output) or 3 (something could not be read: see the findings `VMA101`).

A member is always there unless its row says when.

)page";

constexpr std::string_view kDoctorText = R"page(# The JSON report of `vmcpauth doctor`

`vmcpauth doctor URL --json` prints one JSON object, whatever it finds. Members may be added; those on this page keep their names and their meaning. No secret is in it.

```console world=demo
$ vmcpauth doctor http://127.0.0.1:4483/mcp --json
{
  "server": "http://127.0.0.1:4483/mcp",
  "steps": [
    {
      "findings": [],
      "id": "reach",
      "received": "HTTP 401 in 0 ms",
      "sent": "POST http://127.0.0.1:4483/mcp",
      "verdict": "pass",
      "what": "Reach the server"
    },
…
  ],
  "verdict": "pass"
}
```

The exit status is 1 when a step failed.

)page";

constexpr std::string_view kCallText = R"page(# The JSON of `vmcpauth call`

`vmcpauth call … --json` prints one JSON object when the server has answered. When there is no answer nothing is printed on standard output, and standard error says why. Members may be added; those on this page keep their names and their meaning.

```console world=demo status=1
$ vmcpauth call http://127.0.0.1:4483/mcp tools/call notes_echo --arg text=hello --json
{
  "method": "tools/call",
  "result": {
…
    "content": [
      {
        "text": "hello",
        "type": "text"
      }
    ],
    "isError": false,
    "resultType": "complete"
  },
  "revision": "2026-07-28"
}
$ vmcpauth call http://127.0.0.1:4483/mcp resources/read file:///none --json
{
  "error": {
    "code": -32602,
    "data": {
      "uri": "file:///none"
    },
    "message": "Resource not found: file:///none"
  },
  "method": "resources/read",
  "revision": "2026-07-28"
}
```

A tool that reports an error has `isError` in its `result`; the exit status is 1 then, too.

)page";

std::string page(std::string_view text, const JsonShape& shape) {
  MemberTables tables;
  std::string out(kGenerated);
  return out.append(text).append(tables.of(shape));
}

}  // namespace

std::string validate_json_page() { return page(kValidateText, config::kReportShape); }
std::string doctor_json_page() { return page(kDoctorText, doctor::kReportShape); }
std::string call_json_page() { return page(kCallText, kCallShape); }

}  // namespace vmcpauth::cli::docgen
