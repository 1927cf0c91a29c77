#include "core/config/build_storage.hpp"

#include <filesystem>

namespace vmcpauth::config {
namespace {

std::optional<Milliseconds> milliseconds_of(const Duration& value) {
  if (!value || value.value <= Nanoseconds(0)) return std::nullopt;
  return std::chrono::duration_cast<Milliseconds>(value.value);
}

class RedisBuilder {
 public:
  RedisBuilder(const RedisSpec& spec, const ServerPlan& plan, const SecretResolver& secrets)
      : spec_(spec), plan_(plan), secrets_(secrets.reporting_to(findings_)) {}

  RedisStorage build() {
    out_.addr = spec_.addr.value;
    out_.cluster = spec_.cluster_mode.value;
    if (spec_.sentinel) {
      out_.master_name = spec_.sentinel->master_name.value;
      for (const auto& addr : spec_.sentinel->addrs.value) out_.sentinel_addrs.push_back(addr.value);
      out_.database = static_cast<int>(spec_.sentinel->db.value);
      if (out_.sentinel_addrs.empty()) missing("the addresses of the sentinels (a Service of the cluster); give --store redis+sentinel://…");
    }
    if (spec_.user) {
      if (auto user = secret(spec_.user->username)) out_.user = user->reveal();
      out_.password = secret(spec_.user->password);
    }
    out_.key_prefix = spec_.key_prefix.value;
    // As the operator derives it; a RunConfig that was written by hand names its own.
    if (out_.key_prefix.empty()) out_.key_prefix = "thv:auth:{" + plan_.space + ":" + plan_.name + "}:";
    out_.dial_timeout = milliseconds_of(spec_.dial_timeout);
    out_.read_timeout = milliseconds_of(spec_.read_timeout);
    out_.write_timeout = milliseconds_of(spec_.write_timeout);
    out_.tls = tls(spec_.tls);
    out_.sentinel_tls = tls(spec_.sentinel_tls);
    return std::move(out_);
  }

 private:
  std::optional<Secret> secret(const SecretSource& source) {
    auto value = secrets_.resolve(source, plan_.space, plan_.folder, SecretBytes::Trimmed);
    for (const auto& finding : findings_.all()) missing(finding.message);
    findings_ = {};
    return value;
  }
  std::optional<RedisTls> tls(const Setting<RedisTlsSpec>& spec) {
    if (!spec) return std::nullopt;
    RedisTls out{.ca_file = spec->ca_cert_file.value, .ca_pem = {}, .insecure_skip_verify = spec->insecure_skip_verify.value};
    const std::filesystem::path file(out.ca_file);
    if (!out.ca_file.empty() && file.is_relative() && !plan_.folder.empty()) out.ca_file = (std::filesystem::path(plan_.folder) / file).string();
    if (auto pem = secret(spec->ca_cert)) out.ca_pem = pem->reveal();
    return out;
  }
  void missing(const std::string& what) { out_.missing += (out_.missing.empty() ? "" : "; ") + what; }

  const RedisSpec& spec_;
  const ServerPlan& plan_;
  Diagnostics findings_;
  SecretResolver secrets_;
  RedisStorage out_;
};

}  // namespace

RedisStorage build_redis_storage(const RedisSpec& spec, const ServerPlan& plan, const SecretResolver& secrets) {
  return RedisBuilder(spec, plan, secrets).build();
}

}  // namespace vmcpauth::config
