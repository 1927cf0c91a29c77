#include "proxy/serve/request_record.hpp"

#include <vector>

namespace vmcpauth::proxy {

void log_request(const Logger& logger, const RequestRecord& record, std::string_view method, std::string_view path, int status, double total_ms) {
  const LogLevel level = status >= 500 ? LogLevel::Warn : (record.route == "health" ? LogLevel::Debug : LogLevel::Info);
  if (!logger.enabled(level)) return;
  std::vector<LogField> fields;
  fields.reserve(16);
  fields.emplace_back(LogKey("method"), method);
  fields.emplace_back(LogKey("path"), path);
  fields.emplace_back(LogKey("route"), record.route);
  fields.emplace_back(LogKey("status"), status);
  const auto text = [&](LogKey name, std::string_view value) {
    if (!value.empty()) fields.emplace_back(name, value);
  };
  text("backend", record.backend);
  text("strategy", record.strategy);
  text("provider", record.provider);
  text("subject", record.subject);
  if (record.forward.backend_status) fields.emplace_back(LogKey("backend_status"), *record.forward.backend_status);
  if (record.auth_ms > 0) fields.emplace_back(LogKey("auth_ms"), record.auth_ms);
  if (record.outgoing_ms > 0) fields.emplace_back(LogKey("outgoing_ms"), record.outgoing_ms);
  if (record.forward.connect_ms > 0) fields.emplace_back(LogKey("connect_ms"), record.forward.connect_ms);
  if (record.forward.first_byte_ms > 0) fields.emplace_back(LogKey("backend_ms"), record.forward.first_byte_ms);
  fields.emplace_back(LogKey("ms"), total_ms);
  text("error", record.error);
  logger.write(level, "request", fields);
}

}  // namespace vmcpauth::proxy
