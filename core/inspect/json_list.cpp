#include "core/inspect/json_list.hpp"

#include <optional>

namespace vmcpauth::inspect {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::unexpected<Error> malformed(std::string message) { return fail(ErrorCode::InvalidInput, std::move(message)); }

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// Walks over JSON text keeping track of strings and depth, nothing else.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // Where the '[' of the member's value stands.
  [[nodiscard]] std::optional<std::size_t> find_list(std::string_view member) {
    while (at_ < text_.size()) {
      const auto begin = at_;
      if (text_[at_] != '"') {
        step();
        continue;
      }
      skip_string();
      if (depth_ != 1 || at_ - begin != member.size() + 2 || text_.substr(begin + 1, member.size()) != member) continue;
      skip_space();
      if (at_ >= text_.size() || text_[at_] != ':') continue;
      ++at_;
      skip_space();
      return at_ < text_.size() && text_[at_] == '[' ? std::optional(at_) : std::nullopt;
    }
    return std::nullopt;
  }

  // From a '[' to behind its ']'; the elements between.
  [[nodiscard]] Result<std::vector<std::string_view>> elements() {
    std::vector<std::string_view> out;
    ++at_;
    const int outside = depth_++;
    auto begin = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool ends = c == ']' && depth_ == outside + 1;
      if (ends || (c == ',' && depth_ == outside + 1)) {
        const auto element = trimmed(text_.substr(begin, at_ - begin));
        // `[]` has none; everywhere else an empty one is a comma too many.
        if (element.empty() && !(ends && out.empty())) return malformed("an element is missing in the list");
        if (!element.empty()) out.push_back(element);
        begin = at_ + 1;
      }
      step();
      if (ends) return out;
    }
    return malformed("the list has no end: the file was cut");
  }

  [[nodiscard]] std::size_t position() const noexcept { return at_; }

 private:
  void step() {
    switch (text_[at_]) {
      case '"': skip_string(); return;
      case '{':
      case '[': ++depth_; break;
      case '}':
      case ']': --depth_; break;
      default: break;
    }
    ++at_;
  }
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ < text_.size()) ++at_;
    if (at_ > text_.size()) at_ = text_.size();
  }
  void skip_space() {
    while (at_ < text_.size() && kSpace.find(text_[at_]) != std::string_view::npos) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<JsonList> split_json_list(std::string_view text, std::string_view member) {
  Scanner scanner(text);
  const auto begin = scanner.find_list(member);
  if (!begin) return malformed("there is no list \"" + std::string(member) + "\"");
  JsonList out;
  TRY(out.elements, scanner.elements());
  out.envelope = std::string(text.substr(0, *begin)) + "[]" + std::string(text.substr(scanner.position()));
  return out;
}

}  // namespace vmcpauth::inspect
