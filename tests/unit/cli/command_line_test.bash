#!/usr/bin/env bash
# The real binary as a shell meets it: exit statuses and streams. Usage: command_line_test.bash path/to/vmcpauth
set -u
binary=$1
failures=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# expect STATUS OUTPUT-PATTERN ERROR-PATTERN ARGUMENT…: patterns match the whole stream.
expect() {
  local status=$1 output=$2 error=$3 got
  shift 3
  "$binary" "$@" >"$folder/output" 2>"$folder/error" </dev/null
  got=$?
  # shellcheck disable=SC2053 # patterns on purpose
  if [[ $got -ne $status || $(<"$folder/output") != $output || $(<"$folder/error") != $error ]]; then
    echo "vmcpauth $*: status $got, wanted $status; output '$(<"$folder/output")', error '$(<"$folder/error")'" >&2
    failures=$((failures + 1))
  fi
}

expect 0 'vmcpauth [0-9]*' '' --version
expect 0 'vmcpauth [0-9]*' '' version
expect 0 '*Usage: vmcpauth*' '' --help
expect 0 'Usage: vmcpauth serve *' '' serve --help
expect 2 '' '*Usage: vmcpauth*'
expect 2 '' "vmcpauth: unknown command 'sreve'; did you mean 'serve'? (see 'vmcpauth --help')" sreve
expect 2 '' "vmcpauth: unknown option '--colour'; did you mean '--color'? (see 'vmcpauth serve --help')" serve --colour=never
expect 2 '' "vmcpauth: --listen 'nowhere': no port: it is HOST:PORT (see 'vmcpauth serve --help')" serve --listen nowhere

# Output that cannot be written is not success; nothing is coloured in a file.
if [[ -e /dev/full ]]; then
  "$binary" --version >/dev/full 2>"$folder/error" && failures=$((failures + 1))
fi
"$binary" --help | grep -q $'\e' && failures=$((failures + 1))
exit $((failures > 0))
