#include "cli/exit_status.hpp"

#include "tests/support/catch.hpp"

namespace vmcpauth::cli {

TEST_CASE("exit status: no error is fine, and none is taken for a wrong command line") {
  for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
    const auto status = exit_status(static_cast<ErrorCode>(code));
    INFO(to_string(static_cast<ErrorCode>(code)));
    CHECK(status != ExitStatus::Fine);
    CHECK(status != ExitStatus::Usage);
  }
}

TEST_CASE("exit status: what a script tells apart") {
  CHECK(exit_status(ErrorCode::InvalidConfig) == ExitStatus::Findings);
  CHECK(exit_status(ErrorCode::Denied) == ExitStatus::Findings);
  CHECK(exit_status(ErrorCode::Io) == ExitStatus::CouldNotRun);
  CHECK(exit_status(ErrorCode::NotFound) == ExitStatus::CouldNotRun);
  CHECK(exit_status(ErrorCode::Unreachable) == ExitStatus::CouldNotRun);
  CHECK(exit_status(ErrorCode::Internal) == ExitStatus::CouldNotRun);
  CHECK(exit_status(ErrorCode::Unauthenticated) == ExitStatus::NotLoggedIn);
  CHECK(exit_status(ErrorCode::UpstreamToken) == ExitStatus::NotLoggedIn);
}

}  // namespace vmcpauth::cli
