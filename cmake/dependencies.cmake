# Every library we use, with the oldest version we build with (Debian 12's) and what it is for.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)                 # JOSE, TLS, digests, AEAD
find_package(fmt 9.1 REQUIRED)                     # text formatting (libstdc++ 12 has no <format>)
find_package(nlohmann_json 3.11 REQUIRED)          # wire JSON
find_package(yaml-cpp 0.7 REQUIRED)                # YAML and JSON configuration, with positions
find_package(SQLite3 3.40 REQUIRED)                 # the store that survives restarts
find_package(CLI11 2.1 REQUIRED)                   # command line
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)                    # newer CMake: Boost's own package file instead of FindBoost
endif()
find_package(Boost 1.81 REQUIRED COMPONENTS url)   # URL for RFC 3986

# toml++ 3.3: the overlay file. Debian 12 ships no CMake package for the header.
find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
add_library(vmcpauth_tomlplusplus INTERFACE)
target_include_directories(vmcpauth_tomlplusplus SYSTEM INTERFACE "${TOMLPLUSPLUS_INCLUDE}")
target_compile_definitions(vmcpauth_tomlplusplus INTERFACE TOML_EXCEPTIONS=1)

# llhttp ≥ 8: HTTP/1 parsing. Debian 12 has only the C sources (package node-llhttp); newer systems have libllhttp-dev.
find_path(LLHTTP_INCLUDE llhttp.h PATHS /usr/share/include/llhttp REQUIRED)
find_library(LLHTTP_LIBRARY llhttp)
if(LLHTTP_LIBRARY)
  add_library(vmcpauth_llhttp INTERFACE)
  target_link_libraries(vmcpauth_llhttp INTERFACE "${LLHTTP_LIBRARY}")
  target_include_directories(vmcpauth_llhttp SYSTEM INTERFACE "${LLHTTP_INCLUDE}")
else()
  set(LLHTTP_SOURCES /usr/share/llhttp/api.c /usr/share/llhttp/http.c /usr/share/llhttp/llhttp.c)
  add_library(vmcpauth_llhttp STATIC ${LLHTTP_SOURCES})
  target_include_directories(vmcpauth_llhttp SYSTEM PUBLIC "${LLHTTP_INCLUDE}")
  set_target_properties(vmcpauth_llhttp PROPERTIES POSITION_INDEPENDENT_CODE ON)
endif()

if(VMCPAUTH_TESTS OR VMCPAUTH_FUZZ)
  # Tests; v2 on Debian 12, v3 on newer systems. v3 declares itself incompatible with a request for v2.
  find_package(Catch2 REQUIRED)
  if(Catch2_VERSION VERSION_LESS 2.13)
    message(FATAL_ERROR "Catch2 ${Catch2_VERSION} is too old: 2.13 is needed")
  endif()
endif()

if(VMCPAUTH_TESTS OR VMCPAUTH_FUZZ OR VMCPAUTH_BENCH)
  # cpp-httplib 0.11: an independent HTTP peer in tests and benchmarks.
  find_path(HTTPLIB_INCLUDE httplib.h REQUIRED)
  find_library(HTTPLIB_LIBRARY cpp-httplib)
  add_library(vmcpauth_httplib INTERFACE)
  target_include_directories(vmcpauth_httplib SYSTEM INTERFACE "${HTTPLIB_INCLUDE}")
  target_compile_definitions(vmcpauth_httplib INTERFACE CPPHTTPLIB_OPENSSL_SUPPORT)
  target_link_libraries(vmcpauth_httplib INTERFACE OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  if(HTTPLIB_LIBRARY)
    # Debian compiles it; these change the layout of its classes and must be what its pkg-config file says.
    target_compile_definitions(vmcpauth_httplib INTERFACE CPPHTTPLIB_ZLIB_SUPPORT CPPHTTPLIB_BROTLI_SUPPORT)
    target_link_libraries(vmcpauth_httplib INTERFACE "${HTTPLIB_LIBRARY}")
  endif()
endif()

# RE2: patterns of CRD schemas and CEL's matches(), in linear time whatever the pattern.
find_path(RE2_INCLUDE re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
add_library(vmcpauth_re2 INTERFACE)
target_include_directories(vmcpauth_re2 SYSTEM INTERFACE "${RE2_INCLUDE}")
target_link_libraries(vmcpauth_re2 INTERFACE "${RE2_LIBRARY}")

# hiredis 0.14: the reader and formatter of Redis' protocol. Debian 12 ships no CMake package for it.
find_path(HIREDIS_INCLUDE hiredis/hiredis.h REQUIRED)
find_library(HIREDIS_LIBRARY hiredis REQUIRED)
add_library(vmcpauth_hiredis INTERFACE)
target_include_directories(vmcpauth_hiredis SYSTEM INTERFACE "${HIREDIS_INCLUDE}")
target_link_libraries(vmcpauth_hiredis INTERFACE "${HIREDIS_LIBRARY}")
