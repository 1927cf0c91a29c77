#!/bin/sh
# The man page formats without a warning and says what it must. Usage: man_page_test.sh man/vmcpauth.1
set -eu
page=$1
fail() {
  echo "$page: $*" >&2
  exit 1
}

warnings=$(LC_ALL=C.UTF-8 MANWIDTH=80 MANROFFOPT='-ww' man --warnings=w -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
[ -z "$warnings" ] || fail "man warns: $warnings"

text=$(LC_ALL=C.UTF-8 MANWIDTH=80 MAN_KEEP_FORMATTING='' man -l "$page" </dev/null | col -b 2>/dev/null || true)
[ -n "$text" ] || fail "man prints nothing"
for section in NAME SYNOPSIS DESCRIPTION OPTIONS COMMANDS ENVIRONMENT FILES 'EXIT STATUS' EXAMPLES; do
  printf '%s\n' "$text" | grep -qx "$section" || fail "no section $section"
done
for option in '--listen HOST:PORT' '--mock-idps\[=NAME,...\]' '-q, --quiet' '--color WHEN'; do
  printf '%s\n' "$text" | grep -q -e "^ *$option" || fail "no option $option"
done

# What apropos shows must be parsable.
if command -v lexgrog >/dev/null; then
  lexgrog "$page" | grep -q 'vmcpauth - ' || fail "apropos cannot read the name line"
fi
