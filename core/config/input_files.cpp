#include "core/config/input_files.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "core/base/encoding.hpp"

namespace vmcpauth::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOverlayName = "vmcpauth.toml";
constexpr int kMaxFolderDepth = 32;
constexpr std::size_t kMaxFiles = 100'000;
// Over all files: what a folder of the largest permitted files could do otherwise.
constexpr std::size_t kMaxTotalBytes = std::size_t{128} << 20U;
constexpr std::size_t kMaxTotalNodes = 3'000'000;

std::size_t count_nodes(const Node& node) {
  std::size_t count = 1;
  for (const auto& item : node.items) count += count_nodes(item);
  for (const auto& member : node.members) count += count_nodes(member.value);
  return count;
}

bool is_manifest_name(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

bool looks_like_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

class InputReader {
 public:
  InputReader(const LoadOptions& options, const Files& files, Sources& sources, Diagnostics& diagnostics, LoadStatistics& statistics)
      : options_(options), files_(files), sources_(sources), diagnostics_(diagnostics), statistics_(statistics) {}

  Inputs read() {
    for (const auto& path : options_.paths) {
      if (path == "-" && options_.stdin_text) {
        read_text(options_.stdin_text->name, options_.stdin_text->text, "", true);
      } else if (files_.is_directory(path)) {
        read_folder(path, 0);
      } else {
        read_named(path);
      }
    }
    read_overlay_file();
    return std::move(inputs_);
  }

 private:
  [[nodiscard]] bool first_time(const fs::path& path) { return seen_.insert(path.lexically_normal().string()).second; }

  void report_unreadable(const fs::path& path, const Error& error) {
    const auto file = sources_.add(path.string(), "");
    diagnostics_.report(error.code() == ErrorCode::TooLarge ? Rule::TooLarge : Rule::Unreadable, Span{file, 0, 0}, printable(error.message(), 300));
  }

  void read_named(const fs::path& path) {
    const auto folder = path.parent_path();
    const auto overlay = (folder / kOverlayName).lexically_normal();
    if (path.extension() == ".toml") {
      note_overlay(path);
      return;
    }
    read_file(path, true);
    // What `vmcp serve --config` reads beside its configuration.
    const bool runtime =
        !inputs_.documents.empty() && std::any_of(inputs_.documents.back().documents.begin(), inputs_.documents.back().documents.end(), [](const Node& node) {
          return node.find("kind") == nullptr && (node.find("incomingAuth") != nullptr || node.find("outgoingAuth") != nullptr);
        });
    const auto beside = folder / kAuthServerFileName;
    if (runtime && files_.exists(beside)) read_file(beside, true);
    if (files_.exists(overlay)) note_overlay(overlay);
  }

  void read_folder(const fs::path& path, int depth) {
    const auto entries = files_.list(path);
    if (!entries) return report_unreadable(path, entries.error());
    for (const auto& entry : *entries) {
      const auto name = entry.path.filename().string();
      std::error_code ignored;
      if (name.starts_with('.')) continue;
      if (entry.is_directory) {
        // Links between folders could lead in circles.
        if (depth < kMaxFolderDepth && !fs::is_symlink(entry.path, ignored)) read_folder(entry.path, depth + 1);
      } else if (name == kOverlayName) {
        note_overlay(entry.path);
      } else if (is_manifest_name(entry.path)) {
        read_file(entry.path, false);
      }
    }
  }

  void note_overlay(const fs::path& path) {
    const auto normal = path.lexically_normal();
    if (std::find(overlays_.begin(), overlays_.end(), normal) == overlays_.end()) overlays_.push_back(normal);
  }

  void read_file(const fs::path& path, bool named) {
    if (full_ || !first_time(path)) return;
    if (++statistics_.files > kMaxFiles) {
      if (statistics_.files == kMaxFiles + 1) report_unreadable(path, Error(ErrorCode::TooLarge, fmt::format("more than {} files", kMaxFiles)));
      return;
    }
    auto text = files_.read(path, limits_.max_bytes);
    if (!text) return report_unreadable(path, text.error());
    read_text(path.string(), *std::move(text), path.parent_path().string(), named);
  }

  void read_text(std::string name, std::string text, std::string folder, bool named) {
    const bool json = fs::path(name).extension() == ".json" || (fs::path(name).extension().empty() && looks_like_json(text));
    const auto file = sources_.add(std::move(name), std::move(text));
    auto documents = json ? read_json(sources_, file, diagnostics_, limits_) : read_yaml(sources_, file, diagnostics_, limits_);
    total_bytes_ += sources_.text(file).size();
    for (const auto& document : documents) total_nodes_ += count_nodes(document);
    inputs_.documents.push_back({file, std::move(folder), named, std::move(documents)});
    if (total_bytes_ <= kMaxTotalBytes && total_nodes_ <= kMaxTotalNodes) return;
    full_ = true;
    diagnostics_
        .report(Rule::TooLarge, Span{file, 0, 1},
                fmt::format("all files together are larger than {} MiB or {} values; the rest was not read", kMaxTotalBytes >> 20U, kMaxTotalNodes))
        .with_hint("name the folders that hold configuration");
  }

  void read_overlay_file() {
    if (!options_.overlay_path.empty()) overlays_ = {fs::path(options_.overlay_path)};
    if (overlays_.empty()) return;
    const auto& path = overlays_.front();
    auto text = files_.read(path, limits_.max_bytes);
    if (!text) return report_unreadable(path, text.error());
    ++statistics_.files;
    const auto file = sources_.add(path.string(), *std::move(text));
    for (std::size_t i = 1; i < overlays_.size(); ++i) {
      diagnostics_.report(Rule::DuplicateResource, Span{file, 0, 1}, fmt::format("there is a second overlay, {}", printable(overlays_[i].string(), 200)))
          .with_hint("name the one to use: --overlay FILE");
    }
    for (const auto& document : read_toml(sources_, file, diagnostics_, limits_)) {
      read_overlay(document, path.parent_path().string(), sources_, diagnostics_, inputs_.overlay);
    }
  }

  const LoadOptions& options_;
  const Files& files_;
  Sources& sources_;
  Diagnostics& diagnostics_;
  LoadStatistics& statistics_;
  ReadLimits limits_;
  Inputs inputs_;
  std::set<std::string> seen_;
  std::size_t total_bytes_ = 0;
  std::size_t total_nodes_ = 0;
  bool full_ = false;
  std::vector<fs::path> overlays_;
};

}  // namespace

Inputs read_inputs(const LoadOptions& options, const Files& files, Sources& sources, Diagnostics& diagnostics, LoadStatistics& statistics) {
  return InputReader(options, files, sources, diagnostics, statistics).read();
}

}  // namespace vmcpauth::config
