#include "core/http/status.hpp"

namespace vmcpauth::http {

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 100: return "Continue";
    case 103: return "Early Hints";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

int status_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidInput:
    case ErrorCode::Expired:
    case ErrorCode::AlreadyUsed: return 400;
    case ErrorCode::Unauthenticated:
    case ErrorCode::BadSignature: return 401;
    case ErrorCode::Denied:
    case ErrorCode::Forbidden: return 403;
    case ErrorCode::NotFound: return 404;
    case ErrorCode::TooLarge: return 413;
    case ErrorCode::RateLimited: return 429;
    case ErrorCode::Unsupported: return 501;
    case ErrorCode::Unreachable:
    case ErrorCode::BlockedAddress:
    case ErrorCode::BadResponse:
    case ErrorCode::UpstreamError:
    case ErrorCode::UpstreamToken: return 502;
    case ErrorCode::Unavailable: return 503;
    case ErrorCode::Timeout: return 504;
    case ErrorCode::Cancelled:
    case ErrorCode::InvalidConfig:
    case ErrorCode::Io:
    case ErrorCode::Internal: return 500;
  }
  return 500;
}

}  // namespace vmcpauth::http
