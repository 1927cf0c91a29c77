#include "cli/suggest.hpp"

#include <algorithm>

namespace vmcpauth::cli {

namespace {

constexpr std::size_t kLongestWord = 64;  // nothing longer is a mistyped option

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view given, const std::vector<std::string>& known) {
  if (given.empty() || given.size() > kLongestWord) return std::nullopt;
  std::vector<const std::string*> completions;
  for (const auto& word : known) {
    if (word.starts_with(given)) completions.push_back(&word);
  }
  if (given.size() >= 3 && completions.size() == 1) return *completions.front();

  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, given.size() / 3) + 1;
  for (const auto& word : known) {
    const std::size_t d = distance(given, word);
    if (d < best_distance) {
      best = &word;
      best_distance = d;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace vmcpauth::cli
