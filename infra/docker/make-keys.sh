#!/bin/bash
# Makes the keys of a new installation, once, and says how to read the one that people need. The guarded app gets its own
# volume with its own token: it must not be able to read the admin key.
set -euo pipefail

make_key() { # make_key FILE: written beside and renamed, since half a key would lock people out for good
  [ -s "$1" ] && return
  (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$1.tmp")
  mv "$1.tmp" "$1"
  echo "made $1"
}

make_key /yoban/keys/admin_api_key
make_key /yoban/app-keys/app_token
make_key /yoban/app-keys/fault_token
echo "The admin key of the dashboard: docker compose exec health-api cat /yoban/keys/admin_api_key"
