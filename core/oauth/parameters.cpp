#include "core/oauth/parameters.hpp"

#include "core/base/encoding.hpp"

namespace vmcpauth::oauth {
namespace {

bool may_repeat(std::string_view name) { return name == "resource" || name == "audience"; }

}  // namespace

Result<Parameters> Parameters::parse(std::string_view text) {
  TRY(auto fields, form_decode(text));
  Parameters parameters;
  for (auto& [name, value] : fields) {
    if (!is_valid_utf8(name) || !is_valid_utf8(value)) return fail(ErrorCode::InvalidInput, "a parameter is not UTF-8 text");
    // An empty one counts as absent, but not as a licence to come again.
    auto& values = parameters.values_[name];
    if (!values.empty() && !may_repeat(name) && !parameters.duplicate_) parameters.duplicate_ = name;
    values.push_back(std::move(value));
  }
  return parameters;
}

bool Parameters::is_repeated(std::string_view name) const { return all(name).size() > 1; }

std::optional<std::string_view> Parameters::find(std::string_view name) const {
  const auto& values = all(name);
  if (values.empty() || values.front().empty()) return std::nullopt;
  return values.front();
}

std::string Parameters::get(std::string_view name) const { return std::string(find(name).value_or(std::string_view{})); }

const std::vector<std::string>& Parameters::all(std::string_view name) const {
  static const std::vector<std::string> kNone;
  const auto it = values_.find(name);
  return it == values_.end() ? kNone : it->second;
}

}  // namespace vmcpauth::oauth
