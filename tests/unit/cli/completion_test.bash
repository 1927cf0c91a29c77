#!/usr/bin/env bash
# Loads the completion in a real bash and asks it what a user would. Usage: completion_test.bash completions/vmcpauth.bash
set -u
# shellcheck source=/dev/null
. "$1"
# The builtin works only inside a completion that readline runs.
# shellcheck disable=SC2317
compopt() { :; }
failures=0

# expect WANTED WORD…: the completions of the last word are exactly these, one a line, sorted.
expect() {
  local wanted=$1 got
  shift
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  _vmcpauth
  got=$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort)
  [[ $got == "$wanted" ]] && return
  printf "completing '%s': got\n%s\nwanted\n%s\n" "$*" "$got" "$wanted" >&2
  failures=$((failures + 1))
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir sub
touch local.toml 'other file.yaml'

[[ $(complete -p vmcpauth) == 'complete -F _vmcpauth vmcpauth' ]] || failures=1
expect $'call\nconfig\ndoctor\nexplain\nhelp\nlogin\nlogout\nserve\ntoken\nvalidate\nversion' vmcpauth ''
expect $'render\nschema' vmcpauth config ''
expect 'revoke' vmcpauth token rev
expect '--effective' vmcpauth config render --eff
expect 'serve' vmcpauth se
expect '--version' vmcpauth --v
expect '--listen' vmcpauth serve --li
expect '--quiet' vmcpauth serve --q
expect $'always\nauto' vmcpauth serve --color a
expect $'always\nauto' vmcpauth serve --color = a
expect $'auto\nhuman\njson' vmcpauth serve --log-format =
expect $'local.toml\nsub' vmcpauth serve --overlay ''
expect 'local.toml' vmcpauth serve --overlay lo
expect 'other file.yaml' vmcpauth serve o
expect $'local.toml\nother file.yaml\nsub' vmcpauth serve --keep-issuer ''
expect $'local.toml\nother file.yaml\nsub' vmcpauth serve --mock-idps ''
expect '' vmcpauth serve --mock-idps = ''
expect '' vmcpauth serve --listen ''
expect 'serve' vmcpauth help s
expect '' vmcpauth version ''
exit $((failures > 0))
