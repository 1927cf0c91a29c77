// VMA23x and 24x: what an API server with the given CustomResourceDefinitions would say (--crds).
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace crd {
namespace {

using enum Severity;

constexpr std::string_view kTier = "  description: all tools\n  tier: gold\n";
constexpr std::string_view kRule = "                - rule: \"!has(self.weight) || has(self.tier)\"\n";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::CrdUnknownField,
     .severity = Error,
     .title = "The CustomResourceDefinition has no such field",
     .why = "The API server drops it, or refuses the manifest when validation is strict, as kubectl's is. The field may belong to another version of ToolHive.",
     .source = "Kubernetes structural schemas: field pruning",
     .example = change(Base::Crd, kTier, "  description: all tools\n  teir: gold\n").when(Moment::Crds)},
    {.rule = Rule::CrdType,
     .severity = Error,
     .title = "A value does not have the type that the CustomResourceDefinition gives it",
     .why = "The API server refuses the manifest.",
     .source = "Kubernetes structural schemas: OpenAPI v3 type",
     .example = change(Base::Crd, kTier, "  description: 5\n  tier: gold\n").when(Moment::Crds)},
    {.rule = Rule::CrdRequired,
     .severity = Error,
     .title = "A field that the CustomResourceDefinition requires is missing",
     .why = "The API server refuses the manifest.",
     .source = "Kubernetes structural schemas: OpenAPI v3 required",
     .example = change(Base::Crd, kTier, "  tier: gold\n").when(Moment::Crds)},
    {.rule = Rule::CrdUnsupported,
     .severity = Error,
     .title = "A value is not one of those that the CustomResourceDefinition lists",
     .why = "The API server refuses the manifest.",
     .source = "Kubernetes structural schemas: OpenAPI v3 enum",
     .example = change(Base::Crd, kTier, "  description: all tools\n  tier: bronze\n").when(Moment::Crds)},
    {.rule = Rule::CrdInvalid,
     .severity = Error,
     .title = "A value is outside the bounds or the form that the CustomResourceDefinition sets",
     .why = "The API server refuses the manifest.",
     .source = "Kubernetes structural schemas: OpenAPI v3 minimum, maximum, pattern, format",
     .example = change(Base::Crd, kTier, "  description: all tools\n  tier: gold\n  weight: 0\n").when(Moment::Crds)},
    {.rule = Rule::CrdTooMuch,
     .severity = Error,
     .title = "A text is longer, or a list has more entries, than the CustomResourceDefinition allows",
     .why = "The API server refuses the manifest.",
     .source = "Kubernetes structural schemas: OpenAPI v3 maxLength, maxItems, maxProperties",
     .example = change(Base::Crd, kTier, "  description: all tools that there are\n  tier: gold\n").when(Moment::Crds)},
    {.rule = Rule::CrdDuplicate,
     .severity = Error,
     .title = "An entry that must be unique in its list is there twice",
     .why = "The API server refuses the manifest.",
     .source = "Kubernetes x-kubernetes-list-type",
     .example = replace(Base::Crd, kTier, "  description: all tools\n  owners: [ada, ada]\n", "  description: all tools\n  owners: [ada, grace]\n")
                    .when(Moment::Crds)},
    {.rule = Rule::CrdRuleFailed,
     .severity = Error,
     .title = "A validation rule (CEL) of the CustomResourceDefinition does not hold",
     .why = "The API server refuses the manifest with the rule's own message.",
     .source = "Kubernetes x-kubernetes-validations",
     .example =
         replace(Base::Crd, kTier, "  description: all tools\n  weight: 3\n", "  description: all tools\n  weight: 3\n  tier: gold\n").when(Moment::Crds)},
    {.rule = Rule::CrdNotEvaluated,
     .severity = Warning,
     .title = "A validation rule (CEL) of the CustomResourceDefinition could not be evaluated",
     .why = "It uses a function that vmcpauth does not know. The API server may still refuse the manifest.",
     .source = "Kubernetes x-kubernetes-validations",
     .example = change(Base::Crd, kRule, "                - rule: \"url(self.description).getHost() == 'a'\"\n").when(Moment::Crds)},
    {.rule = Rule::CrdRulesSkipped,
     .severity = Note,
     .title = "Validation rules (CEL) were not checked because the object is invalid",
     .why = "The API server, too, checks rules only when types and required fields are right: there may be more to repair.",
     .source = "Kubernetes x-kubernetes-validations",
     .example = change(Base::Crd, kTier, "  description: [all tools]\n  weight: 3\n").when(Moment::Crds)},
    {.rule = Rule::CrdVersion,
     .severity = Error,
     .title = "The CustomResourceDefinition does not serve this version",
     .why = "The API server answers \"no matches for kind\".",
     .source = "Kubernetes CustomResourceDefinition versions",
     .example = change(Base::Crd, "apiVersion: toolhive.stacklok.dev/v1beta1\n", "apiVersion: toolhive.stacklok.dev/v1alpha1\n").when(Moment::Crds)},
    {.rule = Rule::CrdDeprecated,
     .severity = Warning,
     .title = "The CustomResourceDefinition calls this version deprecated",
     .why = "A later version of ToolHive will not serve it any more.",
     .source = "Kubernetes CustomResourceDefinition versions: deprecated",
     .example = change(Base::Crd, "      served: true\n", "      served: true\n      deprecated: true\n").when(Moment::Crds)},
    {.rule = Rule::CrdUnusable,
     .severity = Error,
     .title = "A CustomResourceDefinition cannot be used",
     .why = "Nothing is checked against it.",
     .source = "Kubernetes CustomResourceDefinition, apiextensions.k8s.io/v1",
     .example = change(Base::Crd, "apiVersion: apiextensions.k8s.io/v1\n", "apiVersion: apiextensions.k8s.io/v1beta1\n").when(Moment::Crds)},
});

}  // namespace
}  // namespace crd

std::span<const RuleInfo> crd_rules() noexcept { return crd::kRules; }

}  // namespace vmcpauth::config::catalogue
