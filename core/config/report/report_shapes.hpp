// The members of `validate --format json`; docs/reference/validate-json.md is made from these tables. A change that a reader could notice
// raises "version" (json_report.cpp).
#pragma once

#include <array>

#include "core/base/json_shape.hpp"

namespace vmcpauth::config {

inline constexpr auto kToolMembers = std::to_array<JsonMember>({
    JsonMember::text("name", "`vmcpauth`."),
    JsonMember::text("version", "Its version."),
});
inline constexpr JsonShape kToolShape{"tool", kToolMembers};

inline constexpr auto kSummaryMembers = std::to_array<JsonMember>({
    JsonMember::number("errors", "Findings of this severity."),
    JsonMember::number("warnings", "Findings of this severity."),
    JsonMember::number("notes", "Findings of this severity."),
    JsonMember::number("files", "Files that were read."),
    JsonMember::number("resources", "Documents of kinds that are checked."),
    JsonMember::number("ignored_documents", "Documents of other kinds."),
    JsonMember::number("accepted_by_comment", "Findings that a comment accepts; they are not in `findings`."),
    JsonMember::number("accepted_by_baseline", "Findings that the baseline accepts; they are not in `findings`."),
});
inline constexpr JsonShape kSummaryShape{"summary", kSummaryMembers};

inline constexpr auto kPlaceMembers = std::to_array<JsonMember>({
    JsonMember::text("message", "What is there."),
    JsonMember::text("file", "As below.", "it has a place"),
    JsonMember::number("line", "As below.", "it has a place"),
    JsonMember::number("column", "As below.", "it has a place"),
    JsonMember::number("end_line", "As below.", "it has a place"),
    JsonMember::number("end_column", "As below.", "it has a place"),
});
inline constexpr JsonShape kPlaceShape{"related place", kPlaceMembers};

inline constexpr auto kFindingMembers = std::to_array<JsonMember>({
    JsonMember::text("rule", "The rule's identifier."),
    JsonMember::text("severity", "`error`, `warning` or `note`."),
    JsonMember::text("message", "One clause about this very place, without secrets."),
    JsonMember::text("title", "The rule's sentence, the same for every finding of the rule."),
    JsonMember::text("hint", "What to do; may have several lines.", "there is something to add"),
    JsonMember::text("file", "The path as the program was given it, `<stdin>` for standard input.", "the finding has a place"),
    JsonMember::number("line", "From 1.", "the finding has a place"),
    JsonMember::number("column", "From 1, counted in characters.", "the finding has a place"),
    JsonMember::number("end_line", "The end's line.", "the finding has a place"),
    JsonMember::number("end_column", "The end is exclusive.", "the finding has a place"),
    JsonMember::text("source", "The line of text, with secrets masked.", "there is one"),
    JsonMember::list("related", kPlaceShape, "Other places that belong to the finding.", "there are any"),
});
inline constexpr JsonShape kFindingShape{"finding", kFindingMembers};

inline constexpr auto kReportMembers = std::to_array<JsonMember>({
    JsonMember::text("format", "`vmcpauth-validate`."),
    JsonMember::number("version", "Of the format: 1."),
    JsonMember::object("tool", kToolShape, "What wrote it."),
    JsonMember::flag("passed", "Whether the exit status is 0 as far as findings decide: no error, and with `--strict` no warning."),
    JsonMember::object("summary", kSummaryShape, "How many of what."),
    JsonMember::list("findings", kFindingShape, "Sorted by file in the order of reading, then by position."),
});
inline constexpr JsonShape kReportShape{"report", kReportMembers};

}  // namespace vmcpauth::config
