#!/bin/sh
# Installs the npm peers of the end-to-end tests, exactly as package-lock.json pins them. Idempotent: when nothing
# changed it touches no network. Works with npm 9 on Node 18 (Debian 12) and with npm 11.
set -eu
cd "$(dirname "$0")"

stamp=node_modules/.vmcpauth-stamp
want=$(cat package.json package-lock.json .npmrc | sha256sum | cut -d' ' -f1)

installed() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; }

installed && exit 0
if ! command -v npm >/dev/null 2>&1; then
  echo "tests/e2e/install.sh: npm is needed to install the test peers (Debian: apt-get install npm)" >&2
  exit 3
fi

# One installer at a time: ctest and a developer may both come here.
exec 9>.install-lock
flock 9
installed && exit 0

echo "tests/e2e/install.sh: installing the npm peers (once)" >&2
# No package of the lock needs an install script; .npmrc forbids them all.
attempt=1
until npm ci --loglevel=error; do
  [ "$attempt" -lt 3 ] || { echo "tests/e2e/install.sh: npm ci failed $attempt times" >&2; exit 3; }
  attempt=$((attempt + 1))
  echo "tests/e2e/install.sh: npm ci failed, trying again ($attempt of 3)" >&2
done

# The runtime comes from the lock too: Debian 12's own Node 18 is too old for the conformance suite.
node=$(find node_modules -maxdepth 3 -path 'node_modules/node-linux-*/bin/node' | head -n 1)
if [ -z "$node" ]; then
  echo "tests/e2e/install.sh: the lock has no Node for this processor ($(uname -m))" >&2
  exit 3
fi
mkdir -p node_modules/.bin
ln -sf "../${node#node_modules/}" node_modules/.bin/node
node_modules/.bin/node --version >/dev/null
printf '%s\n' "$want" >"$stamp"
