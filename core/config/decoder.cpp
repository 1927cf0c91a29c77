#include "core/config/decoder.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"

namespace vmcpauth::config {
namespace {

std::vector<std::string_view> split_choices(std::string_view list) {
  std::vector<std::string_view> out;
  while (true) {
    const auto bar = list.find('|');
    out.push_back(list.substr(0, bar));
    if (bar == std::string_view::npos) return out;
    list.remove_prefix(bar + 1);
  }
}

std::string choices_text(const std::vector<std::string_view>& choices) {
  std::vector<std::string_view> shown;
  for (const auto choice : choices) {
    if (!choice.empty()) shown.push_back(choice);
  }
  if (shown.size() == 1) return std::string(shown[0]);
  const auto last = shown.back();
  shown.pop_back();
  return fmt::format("{} or {}", fmt::join(shown, ", "), last);
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// snake_case, kebab-case and camelCase of the same words are equal here.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '_' || c == '-') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

// Optimal string alignment: insertions, deletions, substitutions and swapped neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// An unknown key may be a misspelt secret: its value is not shown.
bool may_be_secret(const Object& object, std::string_view nearest, std::string_view key) {
  const auto known = std::find_if(object.fields.begin(), object.fields.end(), [&](const Field& field) { return field.name == nearest; });
  if (known != object.fields.end() && known->rules.secret) return true;
  const auto name = folded(key);
  constexpr std::array<std::string_view, 8> kWords{"secret", "token", "password", "credential", "key", "auth", "value", "bearer"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

}  // namespace

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known) {
  if (name.empty() || name.size() > 100) return {};
  const auto wanted = folded(name);
  std::string_view best;
  // Names of one or two letters resemble everything.
  std::size_t best_distance = wanted.size() < 3 ? 1 : std::max<std::size_t>(wanted.size() / 3, 1) + 1;
  // A guess among thousands costs more than it helps.
  constexpr std::size_t kMostCandidates = 500;
  for (std::size_t i = 0; i < std::min(known.size(), kMostCandidates); ++i) {
    const auto candidate = known[i];
    const auto d = distance(wanted, folded(candidate));
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

Span full_extent(const Sources& sources, const Span& key, const Span& value) {
  const auto text = sources.text(value.file);
  const char first = value.offset < text.size() ? text[value.offset] : '\0';
  if (first == '"' || first == '\'') return value;
  std::size_t end = value.offset + value.length;
  const std::size_t line_start = text.rfind('\n', key.offset) == std::string_view::npos ? 0 : text.rfind('\n', key.offset) + 1;
  const std::size_t indent = key.offset - line_start;
  // Following lines that are blank or indented deeper belong to the value.
  for (auto next = text.find('\n', end); next != std::string_view::npos && next + 1 < text.size(); next = text.find('\n', next + 1)) {
    const auto content = text.find_first_not_of(' ', next + 1);
    if (content == std::string_view::npos) break;
    const bool blank = text[content] == '\n' || text[content] == '\r';
    if (!blank && content - next - 1 <= indent) break;
    end = std::min(text.find('\n', content), text.size());
    if (blank) end = content;
    next = content - 1;
  }
  return {value.file, value.offset, static_cast<std::uint32_t>(std::max(end, value.offset + std::size_t{value.length}) - value.offset)};
}

bool Decoder::decode(const Object& object, const Node& node, Span owner, void* target) {
  if (node.kind != NodeKind::Mapping) {
    if (node.kind == NodeKind::Null) return false;
    diagnostics_.report(Rule::WrongType, node.at, fmt::format("{} must be a mapping, not {}", object.name, describe(node.kind)));
    return false;
  }
  for (const auto& member : node.members) {
    const auto field = std::find_if(object.fields.begin(), object.fields.end(), [&](const Field& f) { return f.name == member.key; });
    if (field == object.fields.end()) {
      report_unknown(object, member);
    } else if (member.value.kind == NodeKind::Null) {
      continue;  // as absent
    } else if (field->read == nullptr) {
      known_by_name(*field, member.value, member.key_at);
    } else {
      field->read(target, *this, *field, member);
    }
  }
  for (const auto& field : object.fields) {
    if (!field.rules.required) continue;
    const auto* member = node.find(field.name);
    if (member != nullptr && member->value.kind != NodeKind::Null) continue;
    auto& finding =
        diagnostics_.report(Rule::MissingField, member != nullptr ? member->key_at : owner, fmt::format("{} has no {}", object.name, quoted(field.name)));
    if (!field.doc.empty()) finding.with_hint(fmt::format("{}: {}", field.name, field.doc));
  }
  return true;
}

void Decoder::report_unknown(const Object& object, const Member& member) {
  std::vector<std::string_view> known;
  for (const auto& field : object.fields) known.push_back(field.name);
  const auto nearest = nearest_name(member.key, known);
  auto& finding = diagnostics_.report(Rule::UnknownField, member.key_at, fmt::format("{} has no field {}", object.name, quoted(member.key)));
  if (!nearest.empty()) {
    finding.with_hint(fmt::format("did you mean {}?", quoted(nearest)));
  } else if (!known.empty() && known.size() <= 12) {
    finding.with_hint(fmt::format("known fields: {}", fmt::join(known, ", ")));
  }
  if (member.value.is_scalar() && may_be_secret(object, nearest, member.key)) sources_.mark_secret(full_extent(sources_, member.key_at, member.value.at));
}

bool Decoder::wrong_type(const Field& field, const Node& node, std::string_view wanted) {
  if (field.rules.secret && node.is_scalar()) sources_.mark_secret(node.at);
  auto& finding = diagnostics_.report(Rule::WrongType, node.at, fmt::format("{} must be {}, not {}", field.name, wanted, describe(node.kind)));
  if (wanted == "a string" && node.is_scalar()) finding.with_hint("put it in quotes");
  return false;
}

bool Decoder::takes_string(const Node& node) const {
  return node.kind == NodeKind::String || (strings_ == Strings::AnyScalar && node.is_scalar() && node.kind != NodeKind::Null);
}

Text Decoder::text(const Field& field, const Node& node, Span key) {
  if (!takes_string(node)) {
    wrong_type(field, node, "a string");
    return {.value = {}, .at = node.at, .key = key, .present = false};
  }
  Text out{.value = node.text, .at = node.at, .key = key, .present = true};
  if (field.rules.secret || !userinfo_of(node.text).empty()) sources_.mark_secret(full_extent(sources_, key, node.at));
  check_text_value(field, out);
  return out;
}

void Decoder::check_text_value(const Field& field, const Text& text) {
  const auto& rules = field.rules;
  const std::string name = field.type == FieldType::Strings                                            ? fmt::format("each entry of {}", field.name)
                           : field.type == FieldType::StringPairs || field.type == FieldType::BlockMap ? fmt::format("each value of {}", field.name)
                                                                                                       : std::string(field.name);
  const std::string shown = rules.secret ? "the value" : quoted(text.value);
  if (!rules.one_of.empty()) {
    const auto choices = split_choices(rules.one_of);
    if (std::find(choices.begin(), choices.end(), text.value) != choices.end()) return;
    auto& finding = diagnostics_.report(Rule::NotAllowedValue, text.at, fmt::format("{} must be {}, not {}", name, choices_text(choices), shown));
    const auto nearest = nearest_name(text.value, choices);
    if (!nearest.empty()) finding.with_hint(fmt::format("did you mean {}?", quoted(nearest)));
    return;
  }
  const auto length = static_cast<std::int64_t>(count_characters(text.value));
  if ((rules.required || rules.min > 0) && text.value.empty()) {
    diagnostics_.report(Rule::OutOfBounds, text.at, fmt::format("{} must not be empty", name));
  } else if (length < rules.min) {
    diagnostics_.report(Rule::OutOfBounds, text.at, fmt::format("{} must have at least {} characters, not {}", name, rules.min, length));
  } else if (length > rules.max) {
    diagnostics_.report(Rule::OutOfBounds, text.at, fmt::format("{} must have at most {} characters, not {}", name, rules.max, length));
  } else if (rules.form == Form::GoDuration) {
    const auto parsed = parse_go_duration(text.value);
    if (!parsed) diagnostics_.report(Rule::BadDuration, text.at, fmt::format("{}: {} is {}", name, shown, parsed.error().message()));
  } else if (!info(rules.form).matches(text.value)) {
    diagnostics_.report(Rule::BadFormat, text.at, fmt::format("{} must be {}, not {}", name, info(rules.form).words, shown));
  }
}

Flag Decoder::flag(const Field& field, const Node& node, Span key) {
  if (node.kind != NodeKind::Bool) {
    wrong_type(field, node, "true or false");
    return {};
  }
  return {.value = node.boolean, .at = node.at, .key = key, .present = true};
}

Number Decoder::number(const Field& field, const Node& node, Span key) {
  if (node.kind != NodeKind::Integer) {
    wrong_type(field, node, "an integer");
    return {};
  }
  const auto& rules = field.rules;
  if (node.integer < rules.min || node.integer > rules.max) {
    const auto bound = node.integer < rules.min ? fmt::format("at least {}", rules.min) : fmt::format("at most {}", rules.max);
    diagnostics_.report(Rule::OutOfBounds, node.at, fmt::format("{} must be {}, not {}", field.name, bound, node.integer));
  }
  return {.value = node.integer, .at = node.at, .key = key, .present = true};
}

Duration Decoder::duration(const Field& field, const Node& node, Span key) {
  if (!takes_string(node)) {
    wrong_type(field, node, "a duration such as \"10m\"");
    return {.value = {}, .at = node.at, .key = key, .present = false};
  }
  const auto parsed = parse_go_duration(node.text);
  if (!parsed) {
    diagnostics_.report(Rule::BadDuration, node.at, fmt::format("{}: {} is {}", field.name, quoted(node.text), parsed.error().message()));
    return {.value = {}, .at = node.at, .key = key, .present = false};
  }
  return {.value = *parsed, .at = node.at, .key = key, .present = true};
}

void Decoder::check_count(const Field& field, std::size_t count, Span key) {
  const auto counted = [](std::size_t n) { return fmt::format("{} {}", n, n == 1 ? "entry" : "entries"); };
  if (count < field.rules.min_items) {
    diagnostics_.report(Rule::OutOfBounds, key, fmt::format("{} must have at least {}", field.name, counted(field.rules.min_items)));
  } else if (count > field.rules.max_items) {
    diagnostics_.report(Rule::OutOfBounds, key, fmt::format("{} must have at most {}, not {}", field.name, counted(field.rules.max_items), count));
  }
}

Texts Decoder::texts(const Field& field, const Node& node, Span key) {
  Texts out{.value = {}, .at = node.at, .key = key, .present = false};
  if (node.kind != NodeKind::Sequence) {
    wrong_type(field, node, "a list of strings");
    return out;
  }
  out.present = true;
  check_count(field, node.items.size(), key);
  for (const auto& item : node.items) {
    auto entry = text(field, item, item.at);
    if (entry) out.value.push_back(std::move(entry));
  }
  return out;
}

TextPairs Decoder::text_map(const Field& field, const Node& node, Span key) {
  TextPairs out{.value = {}, .at = node.at, .key = key, .present = false};
  if (!mapping(field, node, key)) return out;
  out.present = true;
  for (const auto& member : node.members) {
    auto value = text(field, member.value, member.key_at);
    if (value) out.value.emplace_back(Text{.value = member.key, .at = member.key_at, .key = member.key_at, .present = true}, std::move(value));
  }
  return out;
}

bool Decoder::list(const Field& field, const Node& node, Span key) {
  if (node.kind != NodeKind::Sequence) return wrong_type(field, node, "a list");
  check_count(field, node.items.size(), key);
  if (field.rules.unique_by.empty()) return true;
  std::vector<std::pair<std::string_view, Span>> seen;
  std::set<std::string_view> names;
  for (const auto& item : node.items) {
    const auto* name = item.find(field.rules.unique_by);
    if (name == nullptr || name->value.kind != NodeKind::String) continue;
    if (names.insert(name->value.text).second) {
      seen.emplace_back(name->value.text, name->value.at);
      continue;
    }
    const auto first = std::find_if(seen.begin(), seen.end(), [&](const auto& entry) { return entry.first == name->value.text; });
    diagnostics_
        .report(Rule::DuplicateEntry, name->value.at,
                fmt::format("{} has two entries with the {} {}", field.name, field.rules.unique_by, quoted(name->value.text)))
        .with_label(first->second, "first used here");
  }
  return true;
}

bool Decoder::mapping(const Field& field, const Node& node, Span key) {
  if (node.kind != NodeKind::Mapping) return wrong_type(field, node, "a mapping");
  check_count(field, node.members.size(), key);
  return true;
}

void Decoder::known_by_name(const Field& field, const Node& node, Span key) {
  switch (field.type) {
    case FieldType::String: static_cast<void>(text(field, node, key)); return;
    case FieldType::Boolean: static_cast<void>(flag(field, node, key)); return;
    case FieldType::Integer: static_cast<void>(number(field, node, key)); return;
    case FieldType::Period: static_cast<void>(duration(field, node, key)); return;
    case FieldType::Strings: static_cast<void>(texts(field, node, key)); return;
    case FieldType::StringPairs: static_cast<void>(text_map(field, node, key)); return;
    case FieldType::Block:
    case FieldType::Mapping:
    case FieldType::BlockMap: static_cast<void>(mapping(field, node, key)); return;
    case FieldType::Blocks:
    case FieldType::List: static_cast<void>(list(field, node, key)); return;
    case FieldType::Anything: return;
  }
}

}  // namespace vmcpauth::config
