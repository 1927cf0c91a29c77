// VMA1xx: what stops a text from being read, and the comments and files that hide findings.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace syntax {
namespace {

using enum Severity;

constexpr std::string_view kMinimal = "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec: {}\n";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::Unreadable,
     .severity = Error,
     .title = "A file or folder cannot be read",
     .why = "What is not read is not checked: a green run over half of the configuration would say nothing.",
     .source = "vmcpauth",
     .example = inputs("a path that does not exist, or a file without read permission\n", "every path names a readable file or folder\n").when(Moment::Run)},
    {.rule = Rule::TooLarge,
     .severity = Error,
     .title = "A file is larger than configuration can sensibly be",
     .why = "Memory is bounded. A file of more than 16 MiB is a data file that lies in the wrong folder.",
     .source = "vmcpauth",
     .example = inputs("a YAML file of 50 MiB\n", "a YAML file of 16 MiB or less\n").when(Moment::Run)},
    {.rule = Rule::InvalidUtf8,
     .severity = Error,
     .title = "The text is not valid UTF-8",
     .why = "YAML, JSON and TOML are read as UTF-8. Bytes of another encoding change silently into other characters, also in secrets and URLs.",
     .source = "YAML 1.2.2 section 5.2; RFC 8259 section 8.1",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec:\n  description: K\xFCnstler\n",
                       "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec:\n  description: Künstler\n")},
    {.rule = Rule::ControlCharacter,
     .severity = Error,
     .title = "The text has a control character that no configuration format allows",
     .why = "Editors do not show it, and readers differ in what they make of it. It is usually a sign of UTF-16 or of a paste from a terminal.",
     .source = "YAML 1.2.2 section 5.1",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: to\x07ols\nspec: {}\n", kMinimal)},
    {.rule = Rule::YamlSyntax,
     .severity = Error,
     .title = "The YAML cannot be parsed",
     .why = "kubectl and vMCP refuse the file, and nothing in the broken document has been checked.",
     .source = "YAML 1.2.2",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: [tools\nspec: {}\n", kMinimal)},
    {.rule = Rule::JsonSyntax,
     .severity = Error,
     .title = "The JSON cannot be parsed",
     .why = "The API server refuses the file, and nothing in it has been checked.",
     .source = "RFC 8259",
     .example =
         inputs("# file: group.json\n{\"apiVersion\": \"toolhive.stacklok.dev/v1beta1\", \"kind\": \"MCPGroup\", \"metadata\": {\"name\": \"tools\",}}\n",
                "# file: group.json\n{\"apiVersion\": \"toolhive.stacklok.dev/v1beta1\", \"kind\": \"MCPGroup\", \"metadata\": {\"name\": \"tools\"}}\n")},
    {.rule = Rule::TomlSyntax,
     .severity = Error,
     .title = "The TOML cannot be parsed",
     .why = "serve cannot start, and nothing in the overlay has been checked.",
     .source = "TOML 1.0.0",
     .example = inputs("# file: vmcpauth.toml\nserver = tools\n", "# file: vmcpauth.toml\nserver = \"tools\"\n")},
    {.rule = Rule::DuplicateKey,
     .severity = Error,
     .title = "A key is written twice in one mapping",
     .why = "Only one of the two values is used, and readers differ in which. Kubernetes refuses such a manifest.",
     .source = "YAML 1.2.2 section 3.2.1.1",
     .example = change(Base::AuthServer, "issuer: https://mcp.example.com\n", "issuer: https://mcp.example.com\nissuer: https://old.example.com\n")},
    {.rule = Rule::BadAlias,
     .severity = Error,
     .title = "An alias refers to a value that contains it",
     .why = "Written out, the value would never end.",
     .source = "YAML 1.2.2 section 7.1",
     .example = change(Base::AuthServer, "hmac_secret_files: [/keys/hmac]", "hmac_secret_files: &files [/keys/hmac, *files]")},
    {.rule = Rule::TooComplex,
     .severity = Error,
     .title = "The document nests too deep or grows too large",
     .why = "Aliases of aliases can make gigabytes of a few lines. No configuration needs more than 100 levels.",
     .source = "vmcpauth",
     .example = inputs("kind: MCPGroup\nspec: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                       "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
                       kMinimal)},
    {.rule = Rule::BadKey,
     .severity = Error,
     .title = "A mapping key is not a plain value",
     .why = "Kubernetes manifests have keys that are strings. A list or a mapping as a key has no meaning there.",
     .source = "Kubernetes API conventions",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec:\n  ? [a, b]\n  : c\n", kMinimal)},
    {.rule = Rule::BadMerge,
     .severity = Error,
     .title = "A merge key does not name a mapping",
     .why = "There is nothing to merge: the fields that were meant to come from there are missing.",
     .source = "YAML merge key (yaml.org/type/merge.html)",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec:\n  <<: nothing\n", kMinimal)},
    {.rule = Rule::BadTag,
     .severity = Error,
     .title = "A YAML tag is unknown or does not fit its value",
     .why = "Kubernetes knows the tags of the core schema only. A tag it does not know makes it refuse the file or read another value.",
     .source = "YAML 1.2.2 section 10",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec:\n  description: !secret tools\n",
                       "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec:\n  description: !!str tools\n")},
    {.rule = Rule::NothingFound,
     .severity = Note,
     .title = "The input holds no vMCP configuration",
     .why = "A check of nothing passes. If something should have been checked, the path is wrong.",
     .source = "vmcpauth",
     .example = inputs("hello: world\n", kMinimal)},
    {.rule = Rule::StaleIgnore,
     .severity = Warning,
     .title = "A comment ignores a finding that is not there",
     .why = "The problem has gone, or the comment stands on the wrong line. Left there it would hide the next one.",
     .source = "vmcpauth",
     .example =
         inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools  # vmcpauth: ignore VMA205 generated by a template\n"
                "spec: {}\n",
                "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: Tools  # vmcpauth: ignore VMA205 generated by a template\n"
                "spec: {}\n")},
    {.rule = Rule::BadIgnore,
     .severity = Error,
     .title = "A comment that ignores findings is incomplete",
     .why = "It names no rule that exists, or gives no reason. Whoever reads it later must know why the finding is accepted.",
     .source = "vmcpauth",
     .example =
         inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: Tools  # vmcpauth: ignore VMA205\nspec: {}\n",
                "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: Tools  # vmcpauth: ignore VMA205 generated by a template\n"
                "spec: {}\n")},
    {.rule = Rule::StaleBaseline,
     .severity = Error,
     .title = "The baseline has a finding that is not there any more",
     .why = "A baseline may only shrink. An entry that matches nothing would let the same problem come back unseen.",
     .source = "vmcpauth",
     .example = inputs("--baseline with a finding that has been repaired\n", "the baseline written again with --write-baseline\n").when(Moment::Run)},
    {.rule = Rule::BadBaseline,
     .severity = Error,
     .title = "The baseline file is not one that vmcpauth wrote",
     .why = "It cannot be known which findings it accepts.",
     .source = "vmcpauth",
     .example = inputs("--baseline with a file of another format\n", "a file written by --write-baseline\n").when(Moment::Run)},
});

}  // namespace
}  // namespace syntax

std::span<const RuleInfo> syntax_rules() noexcept { return syntax::kRules; }

}  // namespace vmcpauth::config::catalogue
