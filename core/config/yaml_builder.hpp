// Turns yaml-cpp's events into Nodes: anchors and aliases within a budget, merge keys, duplicate keys, positions.
// One builder reads one chunk of a stream; used by the YAML reader only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <yaml-cpp/eventhandler.h>

#include "core/config/document.hpp"

namespace YAML {
struct Mark;
}

namespace vmcpauth::config {

// Ends the reading of a chunk from inside yaml-cpp's parser; caught in read_yaml.
struct YamlStop {
  Rule rule;
  Span at;
  std::string message;
};

// Spent across a whole file.
struct YamlBudget {
  std::size_t nodes = 0;
  std::size_t copied_nodes = 0;
  std::size_t copied_bytes = 0;
};

class YamlBuilder final : public YAML::EventHandler {
 public:
  YamlBuilder(const Sources& sources, Span chunk, Diagnostics& diagnostics, const ReadLimits& limits, YamlBudget& budget)
      : sources_(sources),
        file_(chunk.file),
        base_(chunk.offset),
        end_(chunk.offset + chunk.length),
        diagnostics_(diagnostics),
        limits_(limits),
        budget_(budget) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override;
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

  [[nodiscard]] Span span_of(const YAML::Mark& mark, std::uint32_t length = 1) const;
  // The document that ended last; nothing when it was empty.
  [[nodiscard]] std::optional<Node> take();

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    bool merging = false;
    std::string key;
    Span key_at;
    std::unordered_set<std::string> keys;
    std::vector<Node> merges;
  };

  void open(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void place(Node node, YAML::anchor_t anchor, bool plain);
  void place_key(Frame& frame, Node node, bool plain);
  void add_merge(Frame& frame, Node node);
  void apply_merges(Frame& frame);
  void count_node(Span at);
  void charge_copy(const Node& node, Span at);
  [[nodiscard]] Span scalar_span(const YAML::Mark& mark, const std::string& value) const;

  const Sources& sources_;
  FileId file_;
  std::uint32_t base_;
  std::uint32_t end_;
  Diagnostics& diagnostics_;
  const ReadLimits& limits_;
  YamlBudget& budget_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::optional<Node> root_;
};

}  // namespace vmcpauth::config
