// Fakes with memory instead of mocks: a clock that is set, randomness that is a counter, files in a map.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/files.hpp"
#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/base/timer.hpp"

namespace vmcpauth::test {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimePoint start = from_unix_seconds(1'800'000'000)) : now_(start) {}
  [[nodiscard]] TimePoint now() const override { return now_; }
  [[nodiscard]] SteadyPoint steady() const override { return SteadyPoint(now_.time_since_epoch()); }
  template <class Duration>
  void advance(Duration d) {
    now_ += std::chrono::duration_cast<TimePoint::duration>(d);
  }

 private:
  TimePoint now_;
};

// Pauses by moving the clock, and returns at once.
class FakeTimer final : public Timer {
 public:
  explicit FakeTimer(FakeClock& clock) : clock_(clock) {}
  [[nodiscard]] Task<void> pause(Milliseconds time) override {
    pauses.push_back(time);
    clock_.advance(time);
    co_return;
  }
  std::vector<Milliseconds> pauses;

 private:
  FakeClock& clock_;
};

// Deterministic and never repeating.
class CountingRandom final : public Random {
 public:
  void fill(std::span<unsigned char> out) override {
    ++calls_;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<unsigned char>((calls_ >> (8 * (i % 4))) + i);
  }

 private:
  unsigned calls_ = 0;
};

class FakeFiles final : public Files {
 public:
  std::map<std::string, std::string> content;
  [[nodiscard]] Result<std::string> read(const std::filesystem::path& path, std::size_t max_bytes) const override {
    const auto it = content.find(path.string());
    if (it == content.end()) return fail(ErrorCode::NotFound, path.string() + ": No such file or directory");
    if (it->second.size() > max_bytes) return fail(ErrorCode::TooLarge, path.string() + ": too large");
    return it->second;
  }
  [[nodiscard]] Result<std::vector<DirectoryEntry>> list(const std::filesystem::path& path) const override {
    std::map<std::string, bool> names;
    const std::string prefix = path.string() + "/";
    for (const auto& [name, text] : content) {
      if (!name.starts_with(prefix)) continue;
      const auto slash = name.find('/', prefix.size());
      names[name.substr(0, slash)] = slash != std::string::npos;
    }
    std::vector<DirectoryEntry> out;
    for (const auto& [name, directory] : names) out.push_back({name, directory});
    return out;
  }
  [[nodiscard]] bool is_directory(const std::filesystem::path& path) const override {
    const std::string prefix = path.string() + "/";
    const auto it = content.lower_bound(prefix);
    return it != content.end() && it->first.starts_with(prefix);
  }
  [[nodiscard]] bool exists(const std::filesystem::path& path) const override { return content.contains(path.string()) || is_directory(path); }
  [[nodiscard]] Result<void> write_private(const std::filesystem::path& path, std::string_view text) override {
    content[path.string()] = text;
    return {};
  }
};

class FakeEnv final : public Env {
 public:
  std::map<std::string, std::string> values;
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto it = values.find(name);
    if (it == values.end()) return std::nullopt;
    return it->second;
  }
};

// A logger that remembers its lines.
struct RecordingLog {
  std::shared_ptr<std::string> text = std::make_shared<std::string>();
  FakeClock clock;
  Logger logger{clock, LogLevel::Debug, LogFormat::Json, false, [text = text](std::string_view line) { *text += line; }};
};

}  // namespace vmcpauth::test
