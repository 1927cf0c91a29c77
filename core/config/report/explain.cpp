#include "core/config/report/explain.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/encoding.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::array<std::pair<unsigned, std::string_view>, 8> kHundreds{{{1, "Syntax"},
                                                                          {2, "Structure"},
                                                                          {3, "References"},
                                                                          {4, "The authorization server"},
                                                                          {5, "Outgoing authentication"},
                                                                          {6, "Provider practice"},
                                                                          {7, "Security practice"},
                                                                          {8, "Live checks"}}};

unsigned hundred_of(Rule rule) { return static_cast<unsigned>(rule) / 100; }

std::string painted(std::string_view style, std::string_view text, bool colour) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", style, text) : std::string(text);
}

std::string folded_lines(std::string_view text, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string out = margin;
  std::size_t column = indent;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    if (column > indent && column + 1 + word.size() > width) {
      out += "\n" + margin;
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + "\n";
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = printable(text.substr(0, end), 100'000);
    out.push_back(std::move(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

struct DiffLine {
  char mark;  // ' ', '-', '+'
  std::string text;
};

// The two differ in one place, so what is equal at both ends is all there is to find.
std::vector<DiffLine> difference(std::string_view failing, std::string_view passing) {
  const auto a = lines_of(failing);
  const auto b = lines_of(passing);
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  std::vector<DiffLine> out;
  for (std::size_t i = 0; i < head; ++i) out.push_back({' ', a[i]});
  for (std::size_t i = head; i < a.size() - tail; ++i) out.push_back({'-', a[i]});
  for (std::size_t i = head; i < b.size() - tail; ++i) out.push_back({'+', b[i]});
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) out.push_back({' ', a[i]});
  return out;
}

struct ExampleDiff {
  std::string name;
  std::vector<DiffLine> lines;
};

std::vector<ExampleDiff> example_of(const RuleExample& example) {
  const auto failing = failing_files(example);
  const auto passing = passing_files(example);
  std::vector<ExampleDiff> out;
  for (const auto& file : failing) {
    const auto same = std::find_if(passing.begin(), passing.end(), [&](const ExampleFile& other) { return other.name == file.name; });
    out.push_back({file.name, difference(file.text, same == passing.end() ? std::string() : same->text)});
  }
  for (const auto& file : passing) {
    const auto known = std::any_of(failing.begin(), failing.end(), [&](const ExampleFile& other) { return other.name == file.name; });
    if (!known) out.push_back({file.name, difference("", file.text)});
  }
  return out;
}

std::string_view moment_text(Moment moment) {
  switch (moment) {
    case Moment::Validate: return "";
    case Moment::Crds: return "Reported by validate --crds crds/.";
    case Moment::Serve: return "Reported by vmcpauth serve, which needs what only a running server needs.";
    case Moment::Run: return "The example is in words: more than the text of a file is needed to see it.";
  }
  return "";
}

}  // namespace

std::string explain_rule(const RuleInfo& rule, const ExplainOptions& options) {
  const auto bold = [&](std::string_view text) { return painted("1", text, options.colour); };
  std::string out = fmt::format("{} ({}): {}\n\n", bold(rule_id(rule.rule)), to_string(rule.severity), rule.title);
  out += folded_lines(rule.why, 0, options.width) + "\n";
  out += fmt::format("{} {}\n", bold("Source:"), rule.source);
  if (const auto moment = moment_text(rule.example.moment); !moment.empty()) out += folded_lines(moment, 0, options.width);
  out += fmt::format("\n{} lines with - are wrong, lines with + are right\n", bold("Example:"));
  for (const auto& file : example_of(rule.example)) {
    out += rule.example.moment == Moment::Run ? "\n" : fmt::format("\n  {}\n", bold(file.name));
    for (const auto& line : file.lines) {
      const auto style = line.mark == '-' ? "31" : line.mark == '+' ? "32" : "0";
      out += line.mark == ' ' ? fmt::format("    {}\n", line.text)
                              : fmt::format("  {}\n", painted(style, fmt::format("{} {}", line.mark, line.text), options.colour));
    }
  }
  return out;
}

std::string list_rules(const ExplainOptions& options) {
  std::string out;
  for (const auto& [hundred, title] : kHundreds) {
    bool headed = false;
    for (const auto& rule : rules()) {
      if (hundred_of(rule.rule) != hundred) continue;
      if (!headed) out += fmt::format("{}{}\n", out.empty() ? "" : "\n", painted("1", title, options.colour));
      headed = true;
      out += fmt::format("  {}  {:<7}  {}\n", rule_id(rule.rule), to_string(rule.severity), rule.title);
    }
  }
  return out;
}

std::string rules_page() {
  std::string out =
      "# Rules\n\n"
      "<!-- Written by ./dev generate from core/config/catalogue; a change here is lost. -->\n\n"
      "Every finding of `vmcpauth validate`, `serve` and `doctor` has the identifier of a rule. `vmcpauth explain VMA402` prints the same text as this page.\n"
      "In the examples a line with `-` is wrong and a line with `+` is right; the rest is the same in both.\n\n"
      "An error fails the run, a warning does with `--strict`, a note never does. A single finding is accepted by a comment on its line:\n"
      "`# vmcpauth: ignore VMA601 reason`.\n";
  for (const auto& [hundred, title] : kHundreds) {
    bool headed = false;
    for (const auto& rule : rules()) {
      if (hundred_of(rule.rule) != hundred) continue;
      if (!headed) out += fmt::format("\n## VMA{}xx {}\n", hundred, title);
      headed = true;
      out += fmt::format("\n### {}: {}\n\n{}. {}\n\nSource: {}\n", rule_id(rule.rule), rule.title,
                         rule.severity == Severity::Error     ? "Error"
                         : rule.severity == Severity::Warning ? "Warning"
                                                              : "Note",
                         rule.why, rule.source);
      if (const auto moment = moment_text(rule.example.moment); !moment.empty()) out += fmt::format("\n{}\n", moment);
      out += "\n```diff\n";
      for (const auto& file : example_of(rule.example)) {
        if (rule.example.moment != Moment::Run) out += fmt::format("# {}\n", file.name);
        for (const auto& line : file.lines) {
          auto text = fmt::format("{}{}{}", line.mark, line.text.empty() ? "" : " ", line.text);
          text.erase(text.find_last_not_of(' ') + 1);
          out += text + "\n";
        }
      }
      out += "```\n";
    }
  }
  return out;
}

}  // namespace vmcpauth::config
