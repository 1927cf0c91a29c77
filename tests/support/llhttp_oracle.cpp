#include "tests/support/llhttp_oracle.hpp"

#include <algorithm>
#include <string>

#include <llhttp.h>

namespace vmcpauth::test {
namespace {

struct Reading {
  llhttp_t parser{};
  http::Headers fields;
  std::string name, value;
  bool complete = false;
};

Reading& of(llhttp_t* parser) { return *static_cast<Reading*>(parser->data); }

llhttp_settings_t settings() {
  llhttp_settings_t out;
  llhttp_settings_init(&out);
  out.on_header_field = [](llhttp_t* parser, const char* at, std::size_t n) {
    of(parser).name.append(at, n);
    return 0;
  };
  out.on_header_value = [](llhttp_t* parser, const char* at, std::size_t n) {
    of(parser).value.append(at, n);
    return 0;
  };
  out.on_header_value_complete = [](llhttp_t* parser) {
    auto& reading = of(parser);
    const auto last = reading.value.find_last_not_of(" \t");
    reading.value.resize(last == std::string::npos ? 0 : last + 1);
    reading.fields.add(std::exchange(reading.name, {}), std::exchange(reading.value, {}));
    return 0;
  };
  out.on_headers_complete = [](llhttp_t* parser) {
    of(parser).complete = true;
    return static_cast<int>(HPE_PAUSED);
  };
  return out;
}

}  // namespace

std::optional<http::Headers> fields_by_llhttp(proxy::MessageKind kind, std::string_view head) {
  static const llhttp_settings_t kSettings = settings();
  Reading reading;
  llhttp_init(&reading.parser, kind == proxy::MessageKind::Request ? HTTP_REQUEST : HTTP_RESPONSE, &kSettings);
  reading.parser.data = &reading;
  const auto outcome = llhttp_execute(&reading.parser, head.data(), head.size());
  if (!reading.complete || outcome != HPE_PAUSED) return std::nullopt;
  return std::move(reading.fields);
}

bool llhttp_agrees(proxy::MessageKind kind, std::string_view head, const http::Headers& fields) {
  const auto theirs = fields_by_llhttp(kind, head);
  const auto alike = [](const http::Header& a, const http::Header& b) { return a.name == b.name && a.value == b.value; };
  return !theirs || std::equal(theirs->begin(), theirs->end(), fields.begin(), fields.end(), alike);
}

}  // namespace vmcpauth::test
