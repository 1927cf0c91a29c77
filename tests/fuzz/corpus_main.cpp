// All fuzz targets in one program that any compiler builds: runs each on its seeds and on seeds changed by chance, the same
// ones every time. What coverage would find is for `./dev fuzz`; this is what continuous integration can afford.
// usage: fuzz_corpus CORPUS [CHANGES_A_SEED [FIRST_SEED [TARGET]]]
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

#define FUZZ_TARGET(name) extern "C" int name(const std::uint8_t* data, std::size_t size);
#include "fuzz_targets.inc"
#undef FUZZ_TARGET

namespace {

namespace fs = std::filesystem;

struct Target {
  const char* name;
  int (*run)(const std::uint8_t*, std::size_t);
};

const Target kTargets[] = {
#define FUZZ_TARGET(name) {#name, name},
#include "fuzz_targets.inc"
#undef FUZZ_TARGET
};

// What is being run, for the last words.
const char* current_target = "";
std::string current_input;

void say(const char* text, std::size_t size) {
  if (write(STDERR_FILENO, text, size) < 0) std::_Exit(1);
}

extern "C" void last_words(int signal) {
  const char* const begin = "\nfuzz_corpus: this input ends ";
  say(begin, std::strlen(begin));
  say(current_target, std::strlen(current_target));
  say(":\n", 2);
  say(current_input.data(), current_input.size());
  say("\n", 1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

constexpr unsigned kSecondsAnInput = 20;

void run(const Target& target, std::string input) {
  alarm(kSecondsAnInput);
  current_input = std::move(input);
  target.run(reinterpret_cast<const std::uint8_t*>(current_input.data()), current_input.size());
}

// One to four small changes.
std::string changed(std::string text, const std::vector<std::string>& seeds, std::mt19937_64& chance) {
  static constexpr char kTelling[] = "\0\n\r\t \"'\\%&=;:,./-+0129aZ{}[]()<>#*!|@~\x7F\x80\xC3\xE2\xF0\xFF";
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : chance() % bound; };
  for (auto changes = 1 + below(4); changes > 0; --changes) {
    const auto at = below(text.size() + 1);
    switch (below(7)) {
      case 0: text.resize(at); break;
      case 1: text.insert(at, 1, kTelling[below(sizeof(kTelling) - 1)]); break;
      case 2: text.erase(at, 1 + below(4)); break;
      case 3:
        if (at < text.size()) text[at] = kTelling[below(sizeof(kTelling) - 1)];
        break;
      case 4:
        if (at < text.size()) text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << below(8)));
        break;
      case 5: text.insert(at, text.substr(below(text.size() + 1), below(64))); break;
      case 6: {
        const auto& other = seeds[below(seeds.size())];
        text.insert(at, other.substr(below(other.size() + 1), below(64)));
        break;
      }
    }
  }
  return text;
}

std::vector<std::string> seeds_of(const fs::path& folder) {
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.insert(entry.path());
  std::vector<std::string> out;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

struct Plan {
  fs::path corpus;
  std::uint64_t changes = 200;
  std::uint64_t first_seed = 1;
  std::string only;  // "" = every target
};

bool run_target(const Target& target, const Plan& plan) {
  const auto folder = plan.corpus / target.name;
  const auto seeds = fs::is_directory(folder) ? seeds_of(folder) : std::vector<std::string>{};
  if (seeds.empty()) {
    std::cerr << "fuzz_corpus: " << target.name << " has no seed in " << folder.string() << '\n';
    return false;
  }
  current_target = target.name;
  std::mt19937_64 chance(plan.first_seed);
  run(target, "");
  for (const auto& seed : seeds) run(target, seed);
  for (const auto& seed : seeds) {
    for (std::uint64_t i = 0; i < plan.changes; ++i) run(target, changed(seed, seeds, chance));
  }
  std::cout << target.name << ": " << seeds.size() << " seeds, " << seeds.size() * plan.changes << " changed\n" << std::flush;
  return true;
}

// A folder that no target reads is one that was misnamed.
bool all_have_targets(const fs::path& corpus) {
  bool good = true;
  for (const auto& entry : fs::directory_iterator(corpus)) {
    const auto name = entry.path().filename().string();
    const bool known = std::any_of(std::begin(kTargets), std::end(kTargets), [&](const Target& target) { return name == target.name; });
    if (!known) std::cerr << "fuzz_corpus: no target is named " << name << '\n';
    good = good && known;
  }
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: fuzz_corpus CORPUS [CHANGES_A_SEED [FIRST_SEED [TARGET]]]\n";
    return 2;
  }
  Plan plan{.corpus = argv[1]};
  if (argc > 2) plan.changes = std::stoull(argv[2]);
  if (argc > 3) plan.first_seed = std::stoull(argv[3]);
  if (argc > 4) plan.only = argv[4];
  for (const int signal : {SIGABRT, SIGSEGV, SIGILL, SIGFPE, SIGALRM}) std::signal(signal, last_words);
  bool good = all_have_targets(plan.corpus);
  for (const auto& target : kTargets) {
    if (plan.only.empty() || plan.only == target.name) good = run_target(target, plan) && good;
  }
  return good ? 0 : 1;
}
