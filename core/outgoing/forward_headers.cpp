#include "core/outgoing/forward_headers.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/outgoing/request_headers.hpp"
#include "core/outgoing/static_strategies.hpp"

namespace vmcpauth::outgoing {
namespace {

class ForwardHeaders final : public OutgoingAuth {
 public:
  ForwardHeaders(std::unique_ptr<OutgoingAuth> strategy, std::vector<config::ForwardHeader> headers)
      : strategy_(std::move(strategy)), headers_(std::move(headers)) {}

  Task<Result<http::Headers>> apply(identity::IdentityPtr identity) override {
    CO_TRY(auto headers, co_await strategy_->apply(std::move(identity)));
    co_return completed(std::move(headers));
  }
  Task<Result<http::Headers>> apply_without_identity() override {
    CO_TRY(auto headers, co_await strategy_->apply_without_identity());
    co_return completed(std::move(headers));
  }
  std::string_view strategy() const noexcept override { return strategy_->strategy(); }
  std::string_view provider() const noexcept override { return strategy_->provider(); }

 private:
  http::Headers completed(http::Headers headers) const {
    for (const auto& own : headers_) {
      if (!headers.contains(own.name)) headers.add(own.name, own.value.reveal());
    }
    return headers;
  }

  std::unique_ptr<OutgoingAuth> strategy_;
  std::vector<config::ForwardHeader> headers_;
};

// User-Agent is the one field of the client's own that says nothing about the message.
bool is_clients_own(std::string_view name) { return is_forwarded_by_default(name) && !http::equals_ignoring_case(name, "user-agent"); }

Result<void> check_forward_header(const config::ForwardHeader& header) {
  if (!is_injectable(header.name) || http::equals_ignoring_case(header.name, "proxy-authorization"))
    return fail(ErrorCode::InvalidConfig, "headerForward cannot set \"" + printable(header.name, 60) + "\"");
  if (http::is_header_value(header.value.reveal())) return {};
  return fail(ErrorCode::InvalidConfig, "headerForward: the value of " + header.name + " has a line break, a control character, or white space at an end");
}

void put_forward_header(std::vector<config::ForwardHeader>& out, const config::ForwardHeader& header) {
  std::erase_if(out, [&](const auto& earlier) { return http::equals_ignoring_case(earlier.name, header.name); });
  out.push_back({header.name, header.value.clone()});
}

}  // namespace

Result<std::unique_ptr<OutgoingAuth>> with_forward_headers(std::unique_ptr<OutgoingAuth> strategy, const std::vector<config::ForwardHeader>& headers,
                                                           const Logger& logger) {
  std::vector<config::ForwardHeader> kept;
  for (const auto& header : headers) {
    TRY_VOID(check_forward_header(header));
    if (is_clients_own(header.name)) {
      logger.warn("forward_header_ignored", {{"header", header.name}, {"reason", "this field is the MCP client's"}});
      continue;
    }
    put_forward_header(kept, header);
  }
  if (kept.empty()) return strategy;
  return std::make_unique<ForwardHeaders>(std::move(strategy), std::move(kept));
}

}  // namespace vmcpauth::outgoing
