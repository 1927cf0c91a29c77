#include "core/config/report/ignore_comments.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/report/rule_selection.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::string_view kMark = "vmcpauth:";
constexpr std::string_view kVerb = "ignore";
constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kForm = "# vmcpauth: ignore VMA601 reason";

struct Accepted {
  Rule rule;
  Span at;  // the identifier
  bool used = false;
};

struct Comment {
  std::size_t line_start = 0;  // of the line it is about
  std::size_t line_end = 0;
  std::vector<Accepted> rules;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

class CommentReader {
 public:
  CommentReader(const Sources& sources, FileId file, Diagnostics& diagnostics) : text_(sources.text(file)), file_(file), diagnostics_(diagnostics) {}

  std::vector<Comment> read() {
    std::vector<Comment> out;
    for (auto at = text_.find(kMark); at != std::string_view::npos; at = text_.find(kMark, at + 1)) {
      const auto hash = hash_before(at);
      if (!hash) continue;
      if (auto comment = parse(*hash, at)) out.push_back(*std::move(comment));
    }
    return out;
  }

 private:
  [[nodiscard]] std::size_t line_start(std::size_t at) const {
    const auto before = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    return before == std::string_view::npos ? 0 : before + 1;
  }
  [[nodiscard]] std::size_t line_end(std::size_t at) const { return std::min(text_.find('\n', at), text_.size()); }

  // Where the comment starts, when there is one: `#` at the start of the line or behind a blank, not inside quotes.
  [[nodiscard]] std::optional<std::size_t> hash_before(std::size_t mark) const {
    const auto start = line_start(mark);
    auto at = mark;
    while (at > start && kBlanks.find(text_[at - 1]) != std::string_view::npos) --at;
    if (at == start || text_[at - 1] != '#') return std::nullopt;
    --at;
    if (at > start && kBlanks.find(text_[at - 1]) == std::string_view::npos) return std::nullopt;
    const auto before = text_.substr(start, at - start);
    if (std::count(before.begin(), before.end(), '"') % 2 != 0) return std::nullopt;
    return at;
  }

  void report(std::size_t from, std::size_t to, std::string message) {
    diagnostics_.report(Rule::BadIgnore, {file_, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to - from)}, std::move(message))
        .with_hint(fmt::format("the form is: {}", kForm));
  }

  std::optional<Comment> parse(std::size_t hash, std::size_t mark) {
    const auto end = line_end(hash);
    auto rest = trimmed(text_.substr(mark + kMark.size(), end - mark - kMark.size()));
    const auto word = rest.substr(0, rest.find_first_of(kBlanks));
    const auto comment_end = hash + trimmed(text_.substr(hash, end - hash)).size();
    if (word != kVerb) {
      report(hash, comment_end, fmt::format("vmcpauth knows no comment \"{}\"", printable(word, 40)));
      return std::nullopt;
    }
    rest.remove_prefix(kVerb.size());
    Comment out;
    const auto problems = diagnostics_.all().size();
    read_rules(rest, out);
    if (diagnostics_.all().size() > problems) return std::nullopt;
    if (out.rules.empty()) {
      report(hash, comment_end, "this comment does not say which finding to ignore");
      return std::nullopt;
    }
    if (trimmed(rest).empty()) {
      report(hash, comment_end, "this comment does not say why the finding is accepted");
      return std::nullopt;
    }
    aim(hash, end, out);
    return out;
  }

  // Takes identifiers from the front of `rest`, separated by commas or blanks.
  void read_rules(std::string_view& rest, Comment& out) {
    while (true) {
      auto next = rest;
      next.remove_prefix(std::min(next.find_first_not_of(" \t\r,"), next.size()));
      const auto word = next.substr(0, next.find_first_of(" \t\r,"));
      if (!word.starts_with("VMA") && !word.starts_with("vma")) return;
      const auto from = static_cast<std::size_t>(word.data() - text_.data());
      if (const auto rule = find_rule(word)) {
        out.rules.push_back({*rule, {file_, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(word.size())}});
      } else {
        const auto nearest = nearest_rule(word);
        diagnostics_
            .report(Rule::BadIgnore, {file_, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(word.size())},
                    fmt::format("there is no rule {}", printable(word, 40)))
            .with_hint(nearest.empty() ? "vmcpauth explain lists all rules" : fmt::format("did you mean {}?", nearest));
      }
      rest = next.substr(word.size());
    }
  }

  // The line the comment is about.
  void aim(std::size_t hash, std::size_t end, Comment& out) const {
    const auto start = line_start(hash);
    out.line_start = start;
    out.line_end = end;
    if (!trimmed(text_.substr(start, hash - start)).empty()) return;
    for (auto at = end; at < text_.size(); at = line_end(at + 1)) {
      const auto line = trimmed(text_.substr(at + 1, line_end(at + 1) - at - 1));
      if (line.empty() || line.front() == '#') continue;
      out.line_start = at + 1;
      out.line_end = line_end(at + 1);
      return;
    }
  }

  std::string_view text_;
  FileId file_;
  Diagnostics& diagnostics_;
};

bool accept(const Diagnostic& finding, std::vector<Comment>& comments) {
  bool accepted = false;
  for (auto& comment : comments) {
    if (finding.at.offset < comment.line_start || finding.at.offset > comment.line_end) continue;
    for (auto& rule : comment.rules) {
      if (rule.rule == finding.rule) accepted = rule.used = true;
    }
  }
  return accepted;
}

}  // namespace

std::size_t apply_ignore_comments(const Sources& sources, const std::function<bool(Rule)>& ran, Diagnostics& diagnostics) {
  std::map<FileId, std::vector<Comment>> comments;
  Diagnostics own;
  for (FileId file = 0; file < sources.size(); ++file) {
    if (sources.text(file).find(kMark) == std::string_view::npos) continue;
    auto found = CommentReader(sources, file, own).read();
    if (!found.empty()) comments.emplace(file, std::move(found));
  }
  const auto before = diagnostics.all().size();
  diagnostics.drop_if([&](const Diagnostic& finding) {
    const auto file = comments.find(finding.at.file);
    return file != comments.end() && accept(finding, file->second);
  });
  const auto hidden = before - diagnostics.all().size();
  for (const auto& [file, list] : comments) {
    for (const auto& comment : list) {
      for (const auto& rule : comment.rules) {
        if (rule.used || !ran(rule.rule)) continue;
        own.report(Rule::StaleIgnore, rule.at, fmt::format("there is no {} here to ignore", rule_id(rule.rule)))
            .with_hint("remove the comment, or put it on the line of the finding or on the line before it");
      }
    }
  }
  diagnostics.append(std::move(own));
  return hidden;
}

}  // namespace vmcpauth::config
