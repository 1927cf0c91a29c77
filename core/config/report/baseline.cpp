#include "core/config/report/baseline.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/config/document.hpp"

namespace vmcpauth::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kVersionField = "vmcpauth_baseline";
constexpr std::int64_t kBaselineVersion = 1;
constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;

// Rule, file and message: what stays the same when lines move.
using Key = std::tuple<std::string, std::string, std::string>;

struct Entry {
  Key key;
  std::int64_t count = 1;
  std::int64_t seen = 0;
  Rule rule = Rule::Unreadable;
  Span at;
};

fs::path folder_of(std::string_view baseline) { return fs::absolute(fs::path(baseline)).lexically_normal().parent_path(); }

std::string file_key(const std::string& name, const fs::path& folder) {
  if (name.starts_with('<')) return name;  // standard input
  return fs::absolute(fs::path(name)).lexically_normal().lexically_relative(folder).generic_string();
}

Key key_of(const Diagnostic& finding, const Sources& sources, const fs::path& folder) {
  return {rule_id(finding.rule), finding.at.valid() ? file_key(sources.name(finding.at.file), folder) : std::string(), finding.message};
}

class BaselineReader {
 public:
  BaselineReader(Sources& sources, Diagnostics& diagnostics) : sources_(sources), diagnostics_(diagnostics) {}

  bool read(FileId file, std::vector<Entry>& out) {
    const auto documents = read_json(sources_, file, diagnostics_);
    if (documents.empty()) return false;
    const auto& root = documents.front();
    const auto* version = root.find(kVersionField);
    const auto* findings = root.find("findings");
    if (version == nullptr || version->value.kind != NodeKind::Integer || version->value.integer != kBaselineVersion || findings == nullptr) {
      return bad(root.at, "this is no baseline of this version of vmcpauth");
    }
    for (const auto& item : findings->value.items) {
      if (!read_entry(item, out)) return false;
    }
    return true;
  }

 private:
  bool bad(Span at, std::string message) {
    diagnostics_.report(Rule::BadBaseline, at, std::move(message)).with_hint("write it again: vmcpauth validate --write-baseline FILE");
    return false;
  }

  bool read_entry(const Node& item, std::vector<Entry>& out) {
    const auto text = [&](std::string_view name) {
      const auto* member = item.find(name);
      return member != nullptr && member->value.kind == NodeKind::String ? std::optional(member->value.text) : std::nullopt;
    };
    const auto id = text("rule");
    const auto file = text("file");
    const auto message = text("message");
    const auto rule = id ? find_rule(*id) : std::nullopt;
    if (!rule || !file || !message) return bad(item.at, "an entry needs rule, file and message");
    Entry entry{.key = {*id, *file, *message}, .rule = *rule, .at = item.find("rule")->value.at};
    if (const auto* count = item.find("count"); count != nullptr && count->value.kind == NodeKind::Integer) entry.count = count->value.integer;
    out.push_back(std::move(entry));
    return true;
  }

  Sources& sources_;
  Diagnostics& diagnostics_;
};

void report_stale(const Entry& entry, Diagnostics& diagnostics) {
  const auto& [id, file, message] = entry.key;
  const auto what = entry.seen == 0 ? std::string("is not there any more") : fmt::format("is there {} times, not {}", entry.seen, entry.count);
  diagnostics.report(Rule::StaleBaseline, entry.at, fmt::format("{} in {} {}: {}", id, printable(file, 200), what, printable(message, 300)))
      .with_hint("write the baseline again: --write-baseline");
}

}  // namespace

std::string baseline_text(const Diagnostics& diagnostics, const Sources& sources, std::string_view path) {
  const auto folder = folder_of(path);
  std::map<Key, std::size_t> counts;
  for (const auto& finding : diagnostics.all()) {
    if (finding.severity != Severity::Note) ++counts[key_of(finding, sources, folder)];
  }
  std::string out = fmt::format("{{\n  \"{}\": {},\n  \"findings\": [", kVersionField, kBaselineVersion);
  std::string_view separator = "\n";
  for (const auto& [key, count] : counts) {
    const auto& [rule, file, message] = key;
    const OrderedJson entry = {{"rule", rule}, {"file", file}, {"count", count}, {"message", message}};
    out += fmt::format("{}    {}", separator, entry.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
    separator = ",\n";
  }
  return out + (counts.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

std::size_t apply_baseline(std::string_view path, const Files& files, const std::function<bool(Rule)>& ran, Sources& sources, Diagnostics& diagnostics) {
  auto text = files.read(fs::path(path), kMaxBytes);
  const std::size_t inputs = sources.size();
  const auto file = sources.add(std::string(path), text ? *text : std::string());
  if (!text) {
    diagnostics.report(Rule::Unreadable, {file, 0, 0}, printable(text.error().message(), 300));
    return 0;
  }
  std::vector<Entry> entries;
  if (!BaselineReader(sources, diagnostics).read(file, entries)) return 0;

  const auto folder = folder_of(path);
  std::map<Key, Entry*> by_key;
  for (auto& entry : entries) by_key.emplace(entry.key, &entry);
  const auto before = diagnostics.all().size();
  diagnostics.drop_if([&](const Diagnostic& finding) {
    const auto found = by_key.find(key_of(finding, sources, folder));
    if (found == by_key.end() || found->second->seen == found->second->count) return false;
    ++found->second->seen;
    return true;
  });
  const auto hidden = before - diagnostics.all().size();

  std::set<std::string> read;
  for (FileId id = 0; id < inputs; ++id) read.insert(file_key(sources.name(id), folder));
  for (const auto& entry : entries) {
    const auto& name = std::get<1>(entry.key);
    // Of files that were not looked at nothing is known, unless they are gone.
    const bool looked_at = name.empty() || read.contains(name) || !files.exists(fs::path(path).parent_path() / name);
    if (entry.seen < entry.count && looked_at && ran(entry.rule)) report_stale(entry, diagnostics);
  }
  return hidden;
}

}  // namespace vmcpauth::config
