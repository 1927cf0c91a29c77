// vmcpauth_docgen ROOT           write the generated documents below ROOT
// vmcpauth_docgen --check ROOT   only compare: exit status 1 and the names of those that are not current
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/docgen/documents.hpp"
#include "cli/version.hpp"
#include "core/config/report/explain.hpp"

namespace vmcpauth::cli::docgen {

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

namespace {

std::string content_of(const std::filesystem::path& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

bool write(const std::filesystem::path& path, const std::string& text) {
  std::error_code ignored;  // the write below fails when this did
  std::filesystem::create_directories(path.parent_path(), ignored);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  return static_cast<bool>(file << text << std::flush);
}

int generate(const std::filesystem::path& root, bool check) {
  const auto& table = program();
  const std::vector<std::pair<std::string, std::string>> documents = {
      {"man/" + table.name + ".1", man_page(table, kVersion)},
      {"docs/reference/cli.md", cli_reference(table)},
      {"completions/" + table.name + ".bash", bash_completion(table)},
      {"completions/_" + table.name, zsh_completion(table)},
      {"completions/" + table.name + ".fish", fish_completion(table)},
      {"docs/reference/rules.md", config::rules_page()},
      {"docs/reference/configuration.md", configuration_page()},
      {"docs/reference/log.md", log_page()},
      {"docs/reference/exit-codes.md", exit_codes_page()},
      {"docs/reference/token-json.md", token_json_page()},
      {"docs/reference/validate-json.md", validate_json_page()},
      {"docs/reference/doctor-json.md", doctor_json_page()},
      {"docs/reference/call-json.md", call_json_page()},
  };
  int status = 0;
  for (const auto& [name, text] : documents) {
    if (content_of(root / name) == text) continue;
    if (check) {
      std::cerr << name << " is not what the tables say: run ./dev generate\n";
      status = 1;
    } else if (write(root / name, text)) {
      std::cout << name << '\n';
    } else {
      std::cerr << name << ": cannot be written\n";
      return 3;
    }
  }
  return status;
}

}  // namespace

}  // namespace vmcpauth::cli::docgen

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool check = arguments.size() == 2 && arguments.front() == "--check";
  if (arguments.size() != (check ? 2U : 1U)) {
    std::cerr << "usage: vmcpauth_docgen [--check] ROOT\n";
    return 2;
  }
  return vmcpauth::cli::docgen::generate(arguments.back(), check);
}
