// A JSON object whose bulk is one list, written as its elements come: the members before the list, an element a line, those after
// it; at least one before and one after.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/json_object.hpp"

namespace vmcpauth::inspect {

template <const JsonShape& Shape>
class StreamedDocument {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit StreamedDocument(Sink sink) : sink_(std::move(sink)) {}

  void begin(JsonObject<Shape> before, JsonName<Shape> list) {
    auto text = compact(before.take());
    text.back() = ',';
    sink_(text + '"' + std::string(list.text()) + "\":[");
  }
  void add(const OrderedJson& element) {
    sink_((empty_ ? "\n" : ",\n") + compact(element));
    empty_ = false;
  }
  void end(JsonObject<Shape> after) {
    auto text = compact(after.take());
    text.front() = ',';
    sink_("\n]" + text + "\n");
  }

 private:
  static std::string compact(const OrderedJson& json) { return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

  Sink sink_;
  bool empty_ = true;
};

}  // namespace vmcpauth::inspect
