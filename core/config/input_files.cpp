#include "core/config/input_files.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/base/parallel.hpp"
#include "core/config/document.hpp"

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

// One file to be read, and what was found in it.
struct InputFile {
  FileId file = kNoFile;
  std::string path;
  std::string folder;
  bool named = false;
  std::optional<std::string> text;  // of standard input

  Diagnostics diagnostics;
  Inventory found;
  SourceDocuments documents;
  LoadStatistics statistics;
  std::size_t nodes = 0;
  bool runtime = false;  // an authserver-config.yaml beside it belongs to it
};

bool is_runtime(const Node& node) { return node.find("kind") == nullptr && (node.find("incomingAuth") != nullptr || node.find("outgoingAuth") != nullptr); }

class InputReader {
 public:
  InputReader(const LoadOptions& options, ReadMode mode, const Files& files, Sources& sources, Diagnostics& diagnostics, LoadStatistics& statistics)
      : options_(options), mode_(mode), files_(files), sources_(sources), diagnostics_(diagnostics), statistics_(statistics) {}

  Inputs read() {
    for (const auto& path : options_.paths) {
      if (path == "-" && options_.stdin_text) {
        add_text(*options_.stdin_text);
      } else if (files_.is_directory(path)) {
        read_folder(path, 0);
      } else {
        add_named(path);
      }
    }
    read_pending();
    read_overlay_file();
    return std::move(inputs_);
  }

 private:
  [[nodiscard]] bool first_time(const fs::path& path) { return seen_.insert(path.lexically_normal().string()).second; }

  void report_unreadable(FileId file, const Error& error, Diagnostics& diagnostics) const {
    diagnostics.report(error.code() == ErrorCode::TooLarge ? Rule::TooLarge : Rule::Unreadable, Span{file, 0, 0}, printable(error.message(), 300));
  }
  void report_unreadable(const fs::path& path, const Error& error) { report_unreadable(sources_.add(path.string(), ""), error, diagnostics_); }

  void add_text(const InputText& input) {
    ++statistics_.files;
    pending_.push_back({.file = sources_.add(input.name, ""), .path = input.name, .folder = "", .named = true, .text = input.text});
  }

  void add_named(const fs::path& path) {
    if (path.extension() == ".toml") {
      note_overlay(path);
      return;
    }
    add_file(path, true);
    const auto overlay = (path.parent_path() / kOverlayName).lexically_normal();
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
        add_file(entry.path, false);
      }
    }
  }

  void note_overlay(const fs::path& path) {
    const auto normal = path.lexically_normal();
    if (std::find(overlays_.begin(), overlays_.end(), normal) == overlays_.end()) overlays_.push_back(normal);
  }

  void add_file(const fs::path& path, bool named) {
    if (!first_time(path)) return;
    if (++statistics_.files > kMaxFiles) {
      if (statistics_.files == kMaxFiles + 1) report_unreadable(path, Error(ErrorCode::TooLarge, fmt::format("more than {} files", kMaxFiles)));
      return;
    }
    const auto normal = path.lexically_normal();
    pending_.push_back(
        {.file = sources_.add(normal.string(), ""), .path = normal.string(), .folder = normal.parent_path().string(), .named = named, .text = {}});
  }

  void read_pending() {
    // Bounds over all files are looked at between slices, so that a slice is the most that can be too much.
    constexpr std::size_t kSlice = 32;
    auto batch = std::exchange(pending_, {});
    for (std::size_t begin = 0; begin < batch.size() && !full_; begin += kSlice) {
      read_slice(std::span(batch).subspan(begin, std::min(kSlice, batch.size() - begin)));
    }
    if (!pending_.empty() && !full_) read_pending();
  }

  void read_slice(std::span<InputFile> slice) {
    // Starting a thread for a handful of files costs more than it saves.
    constexpr std::size_t kFewFiles = 8;
    parallel_for(slice.size(), slice.size() <= kFewFiles ? 1 : 0, [&](std::size_t i) { read_one(slice[i]); });
    for (auto& input : slice) {
      take(input);
      if (full_) return;
    }
  }

  void take(InputFile& input) {
    diagnostics_.append(std::move(input.diagnostics));
    statistics_.resources += input.statistics.resources;
    statistics_.ignored_documents += input.statistics.ignored_documents;
    merge(std::move(input.found), inputs_.inventory, diagnostics_);
    if (mode_ != ReadMode::Resources) inputs_.documents.push_back(std::move(input.documents));
    // What `vmcp serve --config` reads beside its configuration.
    const auto beside = fs::path(input.folder) / kAuthServerFileName;
    if (input.named && input.runtime && !input.text && files_.exists(beside)) add_file(beside, true);

    total_bytes_ += sources_.text(input.file).size();
    total_nodes_ += input.nodes;
    if (total_bytes_ <= kMaxTotalBytes && total_nodes_ <= kMaxTotalNodes) return;
    full_ = true;
    diagnostics_
        .report(Rule::TooLarge, Span{input.file, 0, 1},
                fmt::format("all files together are larger than {} MiB or {} values; the rest was not read", kMaxTotalBytes >> 20U, kMaxTotalNodes))
        .with_hint("name the folders that hold configuration");
  }

  // Runs on several threads: touches its own input only.
  void read_one(InputFile& input) const {
    auto text = input.text ? Result<std::string>(*input.text) : files_.read(input.path, limits_.max_bytes);
    if (!text) return report_unreadable(input.file, text.error(), input.diagnostics);
    const auto extension = fs::path(input.path).extension();
    const bool json = extension == ".json" || (extension.empty() && looks_like_json(*text));
    sources_.fill(input.file, *std::move(text));
    SourceDocuments read{input.file, input.folder, input.named, {}};
    read.documents = json ? read_json(sources_, input.file, input.diagnostics, limits_) : read_yaml(sources_, input.file, input.diagnostics, limits_);
    for (const auto& document : read.documents) input.nodes += count_nodes(document);
    input.runtime = std::any_of(read.documents.begin(), read.documents.end(), is_runtime);
    if (mode_ != ReadMode::Documents) read_resources(read, sources_, input.diagnostics, input.found, input.statistics);
    if (mode_ != ReadMode::Resources) input.documents = std::move(read);
  }

  void read_overlay_file() {
    if (!options_.overlay_path.empty()) overlays_ = {fs::path(options_.overlay_path)};
    if (overlays_.empty()) return;
    const auto& path = overlays_.front();
    auto text = files_.read(path, limits_.max_bytes);
    if (!text) return report_unreadable(path, text.error());
    ++statistics_.files;
    const auto file = sources_.add(path.lexically_normal().string(), *std::move(text));
    for (std::size_t i = 1; i < overlays_.size(); ++i) {
      diagnostics_.report(Rule::DuplicateResource, Span{file, 0, 1}, fmt::format("there is a second overlay, {}", printable(overlays_[i].string(), 200)))
          .with_hint("name the one to use: --overlay FILE");
    }
    for (const auto& document : read_toml(sources_, file, diagnostics_, limits_)) {
      read_overlay(document, path.parent_path().string(), sources_, diagnostics_, inputs_.overlay);
    }
  }

  const LoadOptions& options_;
  ReadMode mode_;
  const Files& files_;
  Sources& sources_;
  Diagnostics& diagnostics_;
  LoadStatistics& statistics_;
  ReadLimits limits_;
  Inputs inputs_;
  std::set<std::string> seen_;
  std::vector<InputFile> pending_;
  std::size_t total_bytes_ = 0;
  std::size_t total_nodes_ = 0;
  bool full_ = false;
  std::vector<fs::path> overlays_;
};

}  // namespace

Inputs read_inputs(const LoadOptions& options, ReadMode mode, const Files& files, Sources& sources, Diagnostics& diagnostics, LoadStatistics& statistics) {
  return InputReader(options, mode, files, sources, diagnostics, statistics).read();
}

}  // namespace vmcpauth::config
