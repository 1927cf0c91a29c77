#include "cli/token/token_import_command.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "cli/bounded_input.hpp"
#include "cli/commands.hpp"
#include "cli/token/passphrase.hpp"
#include "cli/token/progress_line.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_options.hpp"
#include "core/base/encoding.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/dump_file.hpp"
#include "core/inspect/sealed_dump.hpp"

namespace vmcpauth::cli {
namespace {

struct Imported {
  std::uint64_t taken = 0, expired = 0;
  inspect::DumpHeader header;
  std::string into;
};

Result<Secret> read_file(const World& world, const Invocation& invocation) {
  const auto& path = invocation.arguments().front();
  if (path == "-") {
    TRY(auto text, read_input(world, inspect::kMaxDumpBytes));
    return Secret(std::move(text));
  }
  TRY(auto text, world.files.read(path, inspect::kMaxDumpBytes));
  return Secret(std::move(text));
}

Result<Secret> read_text(const World& world, const Invocation& invocation) {
  TRY(auto text, read_file(world, invocation));
  if (!inspect::is_sealed_dump(text.reveal())) return text;
  TRY(const auto passphrase, read_passphrase(world, invocation, Typing::Once));
  return inspect::open_sealed_dump(text.reveal(), passphrase);
}

Result<Imported> import_dump(const World& world, const Invocation& invocation) {
  TRY(const auto text, read_text(world, invocation));
  Imported out;
  // Once without a store: a file that is wrong at its end must not leave half of itself behind.
  TRY(const auto checked, inspect::read_dump(text.reveal(), [](const store::Record&) { return Result<void>{}; }));
  out.header = checked.header;
  const auto network = world.network();
  const bool dry = invocation.has("dry-run");
  TRY(auto opened, open_store(world, *network, invocation, dry ? Access::Read : Access::Write));
  out.into = opened.shown;
  const auto now = world.clock.now();
  ProgressLine progress(world, checked.records, "records");
  std::vector<store::Record> batch;
  std::optional<Error> trouble;  // of the store; what read_dump says is about the file
  const auto flush = [&]() -> Result<void> {
    if (batch.empty()) return {};
    const auto taken = network->run(opened.store->import_records(std::exchange(batch, {}), now));
    if (!taken) {
      trouble = taken.error();
      return std::unexpected(*trouble);
    }
    out.taken += *taken;
    progress.report(out.taken + out.expired);
    return {};
  };
  const auto read = inspect::read_dump(text.reveal(), [&](store::Record record) -> Result<void> {
    const bool over = store::expiry_of(record) <= now;
    if (over || dry) {
      ++(over ? out.expired : out.taken);
      return {};
    }
    batch.push_back(std::move(record));
    return batch.size() < store::kImportBatch ? Result<void>{} : flush();
  });
  const auto rest = read ? flush() : Result<void>{};
  if (trouble) {
    return std::unexpected(
        std::move(*trouble).note(fmt::format("{} of {} records are in the store; importing again replaces them", out.taken, checked.records)));
  }
  if (!read) return std::unexpected(read.error());
  TRY_VOID(rest);
  return out;
}

}  // namespace

Command token_import_command() {
  return {
      .name = "token import",
      .summary = "load a dump into a store",
      .description =
          {"Adds the records of a dump to a store, replacing those of the same key: to move sessions from SQLite to Redis, or to look at a bug report's store "
           "in a new file. What has expired is left out. The file is read to its end before anything is changed.",
           "An encrypted dump asks for its passphrase. A redacted one holds nothing that could be imported."},
      .arguments = {{.name = "FILE|-", .required = true, .completes = Completes::Files, .help = "the dump, or - for standard input"}},
      .options =
          joined({store_options(), {write_option(), {.name = "dry-run", .letter = 'n', .help = "only say what would be imported"}, passphrase_option()}}),
      .examples = {{"vmcpauth token import sessions.dump --store redis://redis.example:6379 --server team/gateway --write", "from anywhere into a live Redis"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_import(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  if (invocation.arguments().empty()) return std::unexpected(UsageError{"no file to import", "name the dump, or - for standard input", &invocation.command()});
  const auto done = import_dump(world, invocation);
  if (!done) return report_failure(world, done.error());
  const auto from = done->header.store.empty() ? std::string() : " of " + printable(done->header.store, 120);
  world.output << fmt::format("{} record{} {} into {}, {} expired left out (dump{}, {})\n", done->taken, done->taken == 1 ? "" : "s",
                              invocation.has("dry-run") ? "would go" : "went", done->into, done->expired, from, inspect::utc_text(done->header.created_at));
  return ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
