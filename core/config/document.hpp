// A configuration text as a tree of nodes that know where they stand, whatever format it was written in.
// Made by the readers (yaml_reader, json_reader, toml_reader), consumed by the decoder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config {

enum class NodeKind : std::uint8_t { Null, Bool, Integer, Float, String, Sequence, Mapping };

// "a string", "an integer", … for messages.
[[nodiscard]] std::string_view describe(NodeKind kind) noexcept;

struct Member;

struct Node {
  NodeKind kind = NodeKind::Null;
  bool boolean = false;
  std::int64_t integer = 0;
  std::string text;  // scalars: the value as written (strings: decoded)
  Span at;           // scalars: the value; collections: where they start
  std::vector<Node> items;
  std::vector<Member> members;  // in order of appearance, keys unique

  // Null when this is no mapping or has no such key.
  [[nodiscard]] const Member* find(std::string_view key) const noexcept;
  [[nodiscard]] bool is_scalar() const noexcept { return kind < NodeKind::Sequence; }
};

struct Member {
  std::string key;
  Span key_at;
  Node value;
};

struct ReadLimits {
  std::size_t max_bytes = std::size_t{16} << 20U;
  int max_depth = 100;
  std::size_t max_nodes = 300'000;
  std::size_t max_copied_nodes = 100'000;  // made by anchors and aliases
  std::size_t max_copied_bytes = std::size_t{8} << 20U;
};

// Every document of a YAML stream, with YAML 1.1 scalars as Kubernetes resolves them (yes/no/on/off are booleans,
// 0777 is octal), merge keys, no duplicate keys. Each problem becomes a finding; a document with a syntax error is
// left out, the others are still read. Never throws.
[[nodiscard]] std::vector<Node> read_yaml(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits = {});

// One RFC 8259 text, strict. Nothing when there was an error (which is then reported).
[[nodiscard]] std::vector<Node> read_json(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits = {});

// One TOML 1.0 document; dates and times become strings. Nothing when there was an error.
[[nodiscard]] std::vector<Node> read_toml(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits = {});

// The line that holds the byte at `offset`, without its end.
[[nodiscard]] std::string_view line_of(std::string_view text, std::uint32_t offset);

// A line that could not be read may hold a secret that nobody has recognised: when it looks like that, excerpts
// show its key only.
void mask_unread_line(Sources& sources, const Span& at);

// Size, UTF-8 and control characters: what no reader may see. False after reporting.
[[nodiscard]] bool check_text(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits);

}  // namespace vmcpauth::config
