#include "core/base/json.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "core/base/noted_json.hpp"

namespace vmcpauth {
namespace {

// Builds the value like nlohmann's own handler, and counts depth and member names on the way.
class StrictHandler final : public nlohmann::json_sax<Json> {
 public:
  explicit StrictHandler(int max_depth, std::vector<std::string>* duplicates = nullptr) : max_depth_(max_depth), duplicates_(duplicates) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return refuse(ErrorCode::InvalidInput, "binary value in JSON"); }
  bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (open_.back()->contains(name)) {
      if (duplicates_ == nullptr) return refuse(ErrorCode::InvalidInput, "duplicate member name in JSON object");
      if (std::find(duplicates_->begin(), duplicates_->end(), name) == duplicates_->end()) duplicates_->push_back(name);
    }
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/, const nlohmann::detail::exception& /*error*/) override {
    return refuse(ErrorCode::InvalidInput, "not JSON (byte " + std::to_string(position) + ")");
  }

  Result<Json> take() {
    if (error_) return std::unexpected(std::move(*error_));
    return std::move(root_);
  }

 private:
  template <class V>
  bool add(V&& value) {
    place(Json(std::forward<V>(value)));
    return true;
  }
  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }
  bool open(Json container) {
    if (static_cast<int>(open_.size()) >= max_depth_) return refuse(ErrorCode::TooLarge, "JSON is nested too deeply");
    open_.push_back(place(std::move(container)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  bool refuse(ErrorCode code, std::string message) {
    error_.emplace(code, std::move(message));
    return false;
  }

  int max_depth_;
  std::vector<std::string>* duplicates_;  // null: they are refused
  Json root_;
  std::vector<Json*> open_;
  std::string key_;
  std::optional<Error> error_;
};

Error wrong_type(std::string_view name, std::string_view wanted) {
  return {ErrorCode::InvalidInput, "member \"" + std::string(name) + "\" is not " + std::string(wanted)};
}

const Json* member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(name);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.max_bytes) return fail(ErrorCode::TooLarge, "JSON text is too large");
  StrictHandler handler(limits.max_depth);
  Json::sax_parse(text.begin(), text.end(), &handler);
  return handler.take();
}

Result<Json> parse_json_noting_duplicates(std::string_view text, JsonLimits limits, std::vector<std::string>& duplicates) {
  if (text.size() > limits.max_bytes) return fail(ErrorCode::TooLarge, "JSON text is too large");
  StrictHandler handler(limits.max_depth, &duplicates);
  Json::sax_parse(text.begin(), text.end(), &handler);
  return handler.take();
}

Result<Json> parse_json_object(std::string_view text, JsonLimits limits) {
  TRY(auto value, parse_json(text, limits));
  if (!value.is_object()) return fail(ErrorCode::InvalidInput, "JSON text is not an object");
  return value;
}

Result<std::optional<std::string>> optional_string(const Json& object, std::string_view name) {
  const Json* value = member(object, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return std::unexpected(wrong_type(name, "a string"));
  return value->get<std::string>();
}

Result<std::optional<std::int64_t>> optional_integer(const Json& object, std::string_view name) {
  const Json* value = member(object, name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::unexpected(wrong_type(name, "a number in range"));
  }
  if (!value->is_number_integer()) return std::unexpected(wrong_type(name, "an integer"));
  return value->get<std::int64_t>();
}

Result<std::optional<bool>> optional_bool(const Json& object, std::string_view name) {
  const Json* value = member(object, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) return std::unexpected(wrong_type(name, "a boolean"));
  return value->get<bool>();
}

Result<std::optional<std::vector<std::string>>> optional_strings(const Json& object, std::string_view name) {
  const Json* value = member(object, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array()) return std::unexpected(wrong_type(name, "an array of strings"));
  std::vector<std::string> out;
  for (const auto& item : *value) {
    if (!item.is_string()) return std::unexpected(wrong_type(name, "an array of strings"));
    out.push_back(item.get<std::string>());
  }
  return out;
}

Result<std::string> required_string(const Json& object, std::string_view name) {
  TRY(auto value, optional_string(object, name));
  if (!value) return fail(ErrorCode::InvalidInput, "member \"" + std::string(name) + "\" is missing");
  return *std::move(value);
}

std::string dump_json(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace vmcpauth
