# Warnings and sanitizers as INTERFACE targets; ccache and mold when they are there.
add_library(vmcpauth_options INTERFACE)
target_include_directories(vmcpauth_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(vmcpauth_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees phantom reads in std::optional/expected/variant moves; ASan checks the real ones.
  target_compile_options(vmcpauth_options INTERFACE -Wno-maybe-uninitialized -Wno-missing-field-initializers -Wno-dangling-pointer
    -Wshadow=local)  # its full -Wshadow also counts scoped enumerators
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Optimised, it also sees overlapping copies in `"literal" + string` (GCC bug 105651).
    target_compile_options(vmcpauth_options INTERFACE -Wno-restrict)
  endif()
else()
  target_compile_options(vmcpauth_options INTERFACE -Wshadow -Wno-missing-field-initializers -Wno-missing-designated-field-initializers)
endif()
if(VMCPAUTH_WERROR)
  target_compile_options(vmcpauth_options INTERFACE -Werror)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(vmcpauth_options INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
endif()
if(VMCPAUTH_SANITIZE)
  target_compile_definitions(vmcpauth_options INTERFACE VMCPAUTH_SANITIZED)
  target_compile_options(vmcpauth_options INTERFACE -fsanitize=${VMCPAUTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(vmcpauth_options INTERFACE -fsanitize=${VMCPAUTH_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT VMCPAUTH_FUZZ)
  target_link_options(vmcpauth_options INTERFACE -fuse-ld=mold)
endif()

# Several sources as one (VMCPAUTH_UNITY: everything but the dev preset): headers are parsed once for six files, so that a
# build takes a third of the time. Names in anonymous namespaces are therefore unique within a room (docs/adr/0007).
function(vmcpauth_unity target)
  if(VMCPAUTH_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
    # Coroutine frames hold types of anonymous namespaces; in a larger piece GCC takes their files for headers.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()
