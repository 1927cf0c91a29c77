#include "core/config/crd/check.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace vmcpauth::config::crd {
namespace {

constexpr int kMaxNestedLists = 4;

struct Extent {
  FileId file = kNoFile;
  std::uint32_t begin = 0;
  std::uint32_t end = std::numeric_limits<std::uint32_t>::max();
  [[nodiscard]] bool holds(const Span& at) const { return at.file == file && at.offset >= begin && at.offset < end; }
};

class DocumentCheck {
 public:
  DocumentCheck(const Catalog& catalog, Diagnostics& findings) : catalog_(catalog), findings_(findings) {}

  void visit(std::span<const Node> documents, int depth) {
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const auto& document = documents[i];
      const auto* items = document.find("items");
      if (catalog_.covers(document)) {
        catalog_.validate(document, findings_);
        auto& extent = covered_.emplace_back(Extent{.file = document.at.file, .begin = document.at.offset});
        if (i + 1 < documents.size()) extent.end = documents[i + 1].at.offset;
      } else if (items != nullptr && depth < kMaxNestedLists) {
        visit(items->value.items, depth + 1);
      }
    }
  }

  [[nodiscard]] const std::vector<Extent>& covered() const noexcept { return covered_; }

 private:
  const Catalog& catalog_;
  Diagnostics& findings_;
  std::vector<Extent> covered_;
};

bool is_table_finding(Rule rule) { return rule >= Rule::UnknownField && rule <= Rule::BadDuration; }

}  // namespace

void check_documents(const Catalog& catalog, std::span<const SourceDocuments> files, Diagnostics& diagnostics) {
  Diagnostics findings;
  DocumentCheck check(catalog, findings);
  for (const auto& file : files) check.visit(file.documents, 0);
  std::set<std::pair<FileId, std::uint32_t>> places;
  for (const auto& finding : findings.all()) places.emplace(finding.at.file, finding.at.offset);
  diagnostics.drop_if([&](const Diagnostic& finding) {
    if (!is_table_finding(finding.rule)) return false;
    if (finding.rule != Rule::UnknownField) return places.contains({finding.at.file, finding.at.offset});
    return std::any_of(check.covered().begin(), check.covered().end(), [&](const Extent& extent) { return extent.holds(finding.at); });
  });
  diagnostics.append(std::move(findings));
}

}  // namespace vmcpauth::config::crd
