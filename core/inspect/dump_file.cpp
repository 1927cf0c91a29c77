#include "core/inspect/dump_file.hpp"

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/inspect/json_list.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr JsonName<kDumpShape> kDumpMagic = "vmcpauth_dump";
constexpr JsonName<kDumpShape> kRecords = "records";
constexpr std::size_t kMaxRecordBytes = 1U << 20U;

std::unexpected<Error> wrong(std::string message) { return fail(ErrorCode::InvalidInput, std::move(message)); }

Result<DumpHeader> read_header(const Json& envelope) {
  TRY(const auto version, optional_integer(envelope, kDumpMagic.text()));
  if (!version) return wrong("this is not a dump of vmcpauth");
  if (*version != kDumpVersion) {
    return wrong("the dump has version " + std::to_string(*version) + ", and this vmcpauth reads version " + std::to_string(kDumpVersion));
  }
  TRY(const auto created, optional_integer(envelope, "created_at"));
  TRY(const auto redacted, optional_bool(envelope, "redacted"));
  TRY(const auto from, optional_string(envelope, "store"));
  constexpr std::int64_t kLatest = 253'402'300'799;
  if (!created || *created < 0 || *created > kLatest) return wrong("created_at is missing or no date");
  if (!redacted) return wrong("redacted is missing");
  return DumpHeader{from_unix_seconds(*created), from.value_or(""), *redacted ? store::Secrets::Redact : store::Secrets::Reveal};
}

Result<std::int64_t> read_count(const Json& envelope) {
  const auto counts = envelope.find("counts");
  if (counts == envelope.end() || !counts->is_object()) return wrong("the dump was cut short: it has no counts at its end");
  std::int64_t total = 0;
  for (const auto& [kind, value] : counts->items()) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > (1ULL << 40U)) return wrong("counts holds something that is no number");
    total += value.get<std::int64_t>();
  }
  return total;
}

}  // namespace

DumpWriter::DumpWriter(const DumpHeader& header, Sink sink) : secrets_(header.secrets), document_(std::move(sink)) {
  JsonObject<kDumpShape> start;
  start.set(kDumpMagic, kDumpVersion).set("created_at", unix_seconds(header.created_at)).set("store", header.store);
  start.set("redacted", header.secrets == store::Secrets::Redact);
  document_.begin(std::move(start), kRecords);
}

void DumpWriter::add(const store::Record& record) {
  document_.add(store::to_json(record, secrets_));
  ++counts_[std::string(store::kind_of(record))];
  ++count_;
}

void DumpWriter::finish() {
  JsonObject<kDumpShape> counts;
  document_.end(std::move(counts.set("counts", counts_)));
}

Result<DumpSummary> read_dump(std::string_view text, const std::function<Result<void>(store::Record)>& take) {
  if (text.size() > kMaxDumpBytes) return fail(ErrorCode::TooLarge, "the dump is larger than 512 MiB");
  auto list = split_json_list(text, kRecords.text());
  if (!list) return wrong("this is not a dump of vmcpauth, or it was cut short: " + list.error().message());
  TRY(const auto envelope, parse_json_object(list->envelope));
  TRY(const auto header, read_header(envelope));
  if (header.secrets == store::Secrets::Redact)
    return wrong("the dump is redacted: there are no tokens in it to import (dump again with --reveal or --encrypt)");
  TRY(const auto count, read_count(envelope));
  if (std::cmp_not_equal(count, list->elements.size())) {
    return wrong("the dump says it has " + std::to_string(count) + " records and has " + std::to_string(list->elements.size()));
  }
  DumpSummary summary{header, 0};
  for (const auto element : list->elements) {
    ++summary.records;
    const auto at = "record " + std::to_string(summary.records);
    auto json = parse_json_object(element, {.max_bytes = kMaxRecordBytes, .max_depth = 16});
    if (!json) return std::unexpected(std::move(json).error().note(at));
    auto record = store::record_from_json(*json);
    if (!record) return std::unexpected(std::move(record).error().note(at));
    auto taken = take(*std::move(record));
    if (!taken) return std::unexpected(std::move(taken).error().note(at));
  }
  return summary;
}

bool is_dump(std::string_view text) noexcept {
  const auto start = text.substr(0, 200);
  return start.find(kDumpMagic.text()) != std::string_view::npos || start.find("vmcpauth_sealed_dump") != std::string_view::npos;
}

}  // namespace vmcpauth::inspect
