// Rows of field tables for settings that `serve` does not run (unserved.hpp): they note where the field is written.
#pragma once

#include <string_view>

#include "core/config/decoder.hpp"

namespace vmcpauth::config {

// Notes the field in `written` when its value does something; one that is off or empty is as good as absent.
void note_field(WrittenFields& written, Decoder& decoder, const Field& field, const Member& member);

namespace table {

// A field whose content is not our concern, but which is missed where it does not work. M is a WrittenFields.
template <auto M>
constexpr Field unserved(std::string_view name, FieldType type) {
  return {name, type,    "Works in the cluster; `serve` does not run it and says so. Its content is not checked here.",
          {},   nullptr, [](void* t, Decoder& d, const Field& f, const Member& m) { note_field(member<M>(t), d, f, m); }};
}

}  // namespace table
}  // namespace vmcpauth::config
