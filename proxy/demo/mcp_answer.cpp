#include "proxy/demo/mcp_answer.hpp"

#include <algorithm>
#include <string_view>

namespace vmcpauth::proxy {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view next_part(std::string_view& rest, char separator) {
  const auto part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return trimmed(part);
}

// Thousandths; what is no qvalue counts as 1.
int quality(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = next_part(parameters, ';');
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=') continue;
    auto digits = parameter.substr(2);
    if (digits.size() > 5 || (digits[0] != '0' && digits[0] != '1')) return 1000;
    if (digits[0] == '1') return 1000;
    int value = 0, weight = 100;
    for (const char c : digits.substr(std::min<std::size_t>(2, digits.size()))) {
      if (c < '0' || c > '9') return 1000;
      value += (c - '0') * weight;
      weight /= 10;
    }
    return value;
  }
  return 1000;
}

// How much the client wants a type; the most specific range that fits decides.
int wanted(std::string_view accept, std::string_view type) {
  const std::string any_subtype = std::string(type.substr(0, type.find('/'))) + "/*";
  int best_rank = 0, best = 0;
  while (!accept.empty()) {
    auto range = next_part(accept, ',');
    const std::string name = http::to_lower(next_part(range, ';'));
    const int rank = name == type ? 3 : name == any_subtype ? 2 : name == "*/*" ? 1 : 0;
    if (rank > best_rank) std::tie(best_rank, best) = std::pair(rank, quality(range));
  }
  return best;
}

}  // namespace

std::optional<AnswerType> negotiate_answer(const http::Request& request, bool prefer_event_stream) {
  const std::string accept(request.headers.get("Accept").value_or("*/*"));
  const int json = wanted(accept, "application/json");
  const int stream = wanted(accept, "text/event-stream");
  if (json == 0 && stream == 0) return std::nullopt;
  // A bare */* is curl, and people read JSON; a stream has to be named.
  const bool named = http::to_lower(accept).find("text/event-stream") != std::string::npos;
  if (json == stream) return prefer_event_stream && named ? AnswerType::EventStream : AnswerType::Json;
  return json > stream ? AnswerType::Json : AnswerType::EventStream;
}

http::Response mcp_answer(int status, AnswerType type, const std::string& message) {
  if (type == AnswerType::Json) {
    auto response = http::Response::json(status, message);
    response.headers.set("Cache-Control", "no-store");
    return response;
  }
  // JSON text never holds a bare line break, so one data line carries it.
  return {status,
          {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}, {"X-Content-Type-Options", "nosniff"}},
          "event: message\ndata: " + message + "\n\n"};
}

}  // namespace vmcpauth::proxy
