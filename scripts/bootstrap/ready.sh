# Sourced by bin/*, with $root set: runs the set-up when it is missing or out of date, then sets $node and $pnpm_folder.
# Everything said here goes to stderr; the commands own stdout.
ready=$root/node_modules/.yoban-ready

# Times only, no hashes: this is the path of every single command. bootstrap.mjs looks closer and refreshes the time.
is_ready() {
  [ -f "$ready" ] || return 1
  { read -r ready_root && read -r node && read -r pnpm_folder; } <"$ready" || return 1
  [ "$ready_root" = "$root" ] && [ -x "$node" ] && [ -x "$pnpm_folder/pnpm" ] || return 1
  for input in "$root"/pnpm-lock.yaml "$root"/pnpm-workspace.yaml "$root"/package.json "$root"/*/package.json "$root"/*/*/package.json; do
    if [ "$input" -nt "$ready" ]; then return 1; fi
  done
}

any_node() {
  command -v node || {
    for candidate in "$root"/.tools/node-*/node_modules/node-*/bin/node; do
      if [ -x "$candidate" ]; then echo "$candidate" && return; fi
    done
    return 1
  }
}

# set_up [--redis]
set_up() {
  if ! old_node=$(any_node); then
    echo "[yoban] No Node on this machine. Install any Node from 18 up with npm (Debian: apt-get install nodejs npm); the right version is fetched from there." >&2
    exit 1
  fi
  "$old_node" "$root/scripts/bootstrap.mjs" setup "$@" >&2 || exit $?
}

is_ready || { set_up && is_ready; } || {
  echo "[yoban] The set-up ended without leaving $ready; run it again: node $root/scripts/bootstrap.mjs setup" >&2
  exit 1
}
PATH=$(dirname "$node"):$pnpm_folder:$root/node_modules/.bin:$PATH
export PATH
