// YAML streams through yaml-cpp's parser. The stream is cut at lines that start with `---`, as Kubernetes does,
// so that a syntax error costs one document and not the rest of the file.
#include <algorithm>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/node/node.h>
#include <yaml-cpp/parser.h>

#include "core/config/document.hpp"
#include "core/config/yaml_builder.hpp"

namespace vmcpauth::config {
namespace {

struct Chunk {
  std::uint32_t offset;
  std::string_view text;
};

std::vector<Chunk> split(std::string_view text) {
  std::vector<Chunk> out;
  std::size_t start = 0;
  for (std::size_t line = 0; line < text.size();) {
    const auto next = std::min(text.find('\n', line), text.size() - 1) + 1;
    const auto content = text.substr(line, next - line);
    const bool separator = content.starts_with("---") && (content.size() == 3 || content.find_first_of(" \t\r\n", 3) == 3);
    if (separator && line > start) {
      out.push_back({static_cast<std::uint32_t>(start), text.substr(start, line - start)});
      start = line;
    }
    line = next;
  }
  if (start < text.size()) out.push_back({static_cast<std::uint32_t>(start), text.substr(start)});
  return out;
}

// Only comments, directives, white space or document markers.
bool is_empty(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    const bool marker = line.starts_with("---") || line.starts_with("...");
    const bool directive = line.starts_with('%');
    if (marker) line.remove_prefix(3);
    const auto first = line.find_first_not_of(" \t\r");
    if (!directive && first != std::string_view::npos && line[first] != '#') return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

void report_syntax(Sources& sources, const Span& at, const std::string& message, Diagnostics& diagnostics) {
  mask_unread_line(sources, at);
  auto& finding = diagnostics.report(Rule::YamlSyntax, at, message);
  const auto line = line_of(sources.text(at.file), at.offset);
  const auto indent = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
  if (indent.find('\t') != std::string_view::npos) finding.with_hint("YAML does not allow tabs for indentation; use spaces");
  if (line.find("{{") != std::string_view::npos) finding.with_hint("this looks like a template; render it first (helm template, kustomize build)");
}

class ChunkReader {
 public:
  ChunkReader(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits)
      : sources_(sources), file_(file), diagnostics_(diagnostics), limits_(limits) {}

  // False when the whole file is to be given up (a bound was passed).
  bool read(const Chunk& chunk, std::vector<Node>& out) {
    YamlBuilder builder(sources_, {file_, chunk.offset, static_cast<std::uint32_t>(chunk.text.size())}, diagnostics_, limits_, budget_);
    try {
      std::istringstream stream{std::string(chunk.text)};
      YAML::Parser parser(stream);
      // A chunk has one document, or a few that are ended by `...`; a parser that stands still must not loop.
      for (int documents = 0; parser.HandleNextDocument(builder); ++documents) {
        auto root = builder.take();
        if (root && root->kind != NodeKind::Null) out.push_back(std::move(*root));
        if (documents > 100) return stop({Rule::TooComplex, builder.span_of({}), "too many documents without a separator"});
      }
    } catch (const YamlStop& problem) {
      return stop(problem);
    } catch (const YAML::Exception& problem) {
      const YAML::Mark mark = problem.mark.is_null() ? YAML::Mark::null_mark() : problem.mark;
      report_syntax(sources_, builder.span_of(mark), problem.msg, diagnostics_);
    } catch (const std::exception&) {
      diagnostics_.report(Rule::YamlSyntax, Span{file_, chunk.offset, 1}, "this document cannot be read");
    }
    return true;
  }

 private:
  bool stop(const YamlStop& problem) {
    mask_unread_line(sources_, problem.at);
    diagnostics_.report(problem.rule, problem.at, problem.message);
    return problem.rule != Rule::TooComplex;
  }

  Sources& sources_;
  FileId file_;
  Diagnostics& diagnostics_;
  const ReadLimits& limits_;
  YamlBudget budget_;
};

}  // namespace

std::vector<Node> read_yaml(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits) {
  std::vector<Node> out;
  if (!check_text(sources, file, diagnostics, limits)) return out;
  ChunkReader reader(sources, file, diagnostics, limits);
  for (const auto& chunk : split(sources.text(file))) {
    if (!is_empty(chunk.text) && !reader.read(chunk, out)) break;
  }
  return out;
}

}  // namespace vmcpauth::config
