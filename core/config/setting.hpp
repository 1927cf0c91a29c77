// One value of configuration together with where it was written: the unit every model struct is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/duration.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config {

template <class T>
struct Setting {
  T value{};
  Span at;   // the value (for blocks: the key)
  Span key;  // the key
  bool present = false;

  explicit operator bool() const noexcept { return present; }
  const T& operator*() const noexcept { return value; }
  const T* operator->() const noexcept { return &value; }
};

using Text = Setting<std::string>;
using Flag = Setting<bool>;
using Number = Setting<std::int64_t>;
using Duration = Setting<Nanoseconds>;
using Texts = Setting<std::vector<Text>>;
using TextPairs = Setting<std::vector<std::pair<Text, Text>>>;
template <class T>
using Blocks = Setting<std::vector<Setting<T>>>;
template <class T>
using NamedBlocks = Setting<std::vector<std::pair<Text, Setting<T>>>>;

[[nodiscard]] inline std::vector<std::string> values(const Texts& texts) {
  std::vector<std::string> out;
  for (const auto& text : texts.value) out.push_back(text.value);
  return out;
}

// A field that was written, by its name in the table (which lives for ever).
struct WrittenField {
  std::string_view name;
  Span at;
};
using WrittenFields = std::vector<WrittenField>;

// A key of a Kubernetes Secret.
struct SecretKeyRef {
  Text name;
  Text key;
};

// Every way a configuration can say where a secret comes from; each spelling sets one member.
struct SecretSource {
  Setting<SecretKeyRef> ref;
  Text env;
  Text file;
  Text literal;

  explicit operator bool() const noexcept { return ref.present || env.present || file.present || literal.present; }
  [[nodiscard]] Span at() const noexcept {
    if (ref) return ref.at;
    if (env) return env.at;
    return file ? file.at : literal.at;
  }
};

}  // namespace vmcpauth::config
