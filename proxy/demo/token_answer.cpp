#include "proxy/demo/token_answer.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxSegments = 16;
constexpr std::size_t kMaxIndex = 16;
constexpr std::string_view kModifier = "@upstreamjwt";

std::unexpected<Error> bad_path(std::string_view path) {
  return fail(ErrorCode::InvalidInput, "a built-in identity provider cannot shape its answer for the path \"" + std::string(path) + "\"");
}

// gjson: '.' and '|' separate, a backslash takes the next character as it is.
Result<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '\\' && i + 1 < path.size()) {
      out.back() += path[++i];
    } else if (c == '.' || c == '|') {
      out.emplace_back();
    } else if (std::string_view("#*?@!{}[]()\\").find(c) != std::string_view::npos) {
      return bad_path(path);
    } else {
      out.back() += c;
    }
  }
  const bool empty = std::any_of(out.begin(), out.end(), [](const auto& segment) { return segment.empty(); });
  if (empty || out.size() > kMaxSegments) return bad_path(path);
  return out;
}

std::optional<std::size_t> array_index(const std::string& segment) {
  const bool digits = segment.size() <= 2 && std::all_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  const auto index = static_cast<std::size_t>(std::stoul(segment));
  return index <= kMaxIndex ? std::optional(index) : std::nullopt;
}

Json* step(Json& node, const std::string& segment) {
  const auto index = array_index(segment);
  if (node.is_null()) node = index ? Json::array() : Json::object();
  if (node.is_object()) return &node[segment];
  if (!node.is_array() || !index) return nullptr;
  while (node.size() <= *index) node.push_back(nullptr);
  return &node[*index];
}

using Field = std::pair<const std::string*, const std::string*>;

std::array<Field, 3> identity_fields(const TokenAnswer& answer, const DemoUser& user) {
  return {{{&answer.subject_path, &user.subject}, {&answer.name_path, &user.name}, {&answer.email_path, &user.email}}};
}

}  // namespace

Result<void> set_at_path(Json& root, std::string_view path, Json value) {
  TRY(const auto segments, segments_of(path));
  Json* node = &root;
  for (const auto& segment : segments) {
    node = step(*node, segment);
    if (node == nullptr) return bad_path(path);
  }
  if (node->is_structured()) return bad_path(path);
  *node = std::move(value);
  return {};
}

IdentityPlace identity_place(std::string_view path) {
  const auto at = path.find(kModifier);
  if (at == std::string_view::npos || at < 2) return {std::string(path), {}};
  const auto rest = path.substr(at + kModifier.size());
  if (rest.size() < 2) return {std::string(path), {}};  // refused by set_at_path: it holds an '@'
  return {std::string(path.substr(0, at - 1)), std::string(rest.substr(1))};
}

Result<std::map<std::string, Json>> claims_by_member(const TokenAnswer& answer, const DemoUser& user) {
  std::map<std::string, Json> out;
  for (const auto& [path, value] : identity_fields(answer, user)) {
    const auto place = identity_place(*path);
    if (!place.claim.empty()) TRY_VOID(set_at_path(out[place.member], place.claim, *value));
  }
  return out;
}

Result<void> add_identity_members(Json& body, const TokenAnswer& answer, const DemoUser& user) {
  for (const auto& [path, value] : identity_fields(answer, user)) {
    const auto place = identity_place(*path);
    if (place.claim.empty() && !place.member.empty()) TRY_VOID(set_at_path(body, place.member, *value));
  }
  return {};
}

std::string access_token_member(const TokenAnswer& answer) { return answer.access_token_path.empty() ? "access_token" : answer.access_token_path; }

}  // namespace vmcpauth::proxy
