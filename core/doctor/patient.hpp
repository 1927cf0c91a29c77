// What the doctor has learnt of a server so far, handed from step to step, and the ports it looks with.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/secret.hpp"
#include "core/client/protected_resource.hpp"
#include "core/doctor/report.hpp"
#include "core/http/client.hpp"
#include "core/jose/jwk.hpp"
#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::doctor {

// The stored credential, when there is one.
struct Held {
  Secret access_token;
  std::string issuer;
  std::vector<std::string> scopes;
  std::optional<TimePoint> expires_at;
  bool renewable = false;
};

// What a real MCP request found; made by the caller, whose client carries the credential.
struct RealRequest {
  std::string revision, server;  // "vmcp 1.2"
  std::size_t tools = 0;
};

struct Patient {
  Url server;
  http::HttpClient& http;
  const Clock& clock;
  http::PeerPolicy peer;  // for the server itself
  std::optional<Held> held;
  // server/discover or initialize, then tools/list, with the credential.
  std::function<Task<Result<RealRequest>>()> real_request;

  // -- learnt on the way
  bool reached = false;
  bool open = false;  // it answers without a credential
  std::optional<Url> resource_metadata;
  std::vector<std::string> wanted_scopes;  // of the challenge
  std::optional<client::ProtectedResource> resource;
  std::vector<oauth::ServerMetadata> servers;
  std::optional<jose::JwkSet> keys;  // of the issuer of the token, else of the first server
  std::string keys_of;               // that issuer
};

// One step's request: sends it and writes into the step what was sent and what came back ("401 in 12 ms"). Errors too.
[[nodiscard]] Task<Result<http::ClientResponse>> look(const Patient& patient, Step& step, http::ClientRequest request);

}  // namespace vmcpauth::doctor
