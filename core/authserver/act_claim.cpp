#include "core/authserver/assertion_grants.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxDepth = 10;
constexpr std::size_t kMaxBytes = 8 * 1024;

// Outermost first. Claims beyond iss and sub would be re-signed by us although nobody checked them.
Result<std::vector<Json>> read_chain(const Json& act) {
  std::vector<Json> hops;
  const Json* level = &act;
  while (level != nullptr && !level->is_null()) {
    if (!level->is_object() || hops.size() == kMaxDepth)
      return oauth::refuse("invalid_request", "the subject token's delegation chain is malformed or too deep");
    Json hop = Json::object();
    for (const char* name : {"iss", "sub"}) {
      const auto value = optional_string(*level, name);
      if (!value) return oauth::refuse("invalid_request", "the subject token's delegation chain is malformed");
      if (*value && !(*value)->empty()) hop[name] = **value;
    }
    if (hop.empty()) return oauth::refuse("invalid_request", "the subject token's delegation chain has an empty actor");
    hops.push_back(std::move(hop));
    const auto inner = level->find("act");
    level = inner == level->end() ? nullptr : &*inner;
  }
  return hops;
}

}  // namespace

Result<Json> make_act_claim(const SubjectToken& subject, const std::string& own_issuer, const std::string& actor) {
  std::vector<Json> hops{Json{{"iss", own_issuer}, {"sub", actor}}};
  if (subject.issuer != nullptr) {
    Json external{{"iss", subject.issuer->issuer_url}};
    if (!subject.external_actor.empty()) external["sub"] = subject.external_actor;
    hops.push_back(std::move(external));
  }
  TRY(auto prior, read_chain(subject.act));
  std::move(prior.begin(), prior.end(), std::back_inserter(hops));
  if (hops.size() > kMaxDepth) return oauth::refuse("invalid_request", "the delegation chain is too deep");
  Json claim;
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (!claim.is_null()) (*hop)["act"] = std::move(claim);
    claim = std::move(*hop);
  }
  if (dump_json(claim).size() > kMaxBytes) return oauth::refuse("invalid_request", "the delegation chain is too large");
  return claim;
}

}  // namespace vmcpauth::authserver
