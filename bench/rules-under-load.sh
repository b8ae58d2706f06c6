#!/bin/bash
# Loads many rules with stock ovs-ofctl into server-1 of a running fabric while all its VMs ping each other, and tells what was lost.
#   rules-under-load.sh [RULES] [DATA] [API]     100000 rules; a quickstart must be up: ./fabric up --detach
# The mesh runs before, during and after the load, every pair ten times in each round; exit 0 only if no ping was lost.
set -eu
rules=${1:-100000} data=${2:-.fabric} api=${3:-http://127.0.0.1:8600}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# The clients want a whole path.
export OVS_RUNDIR=$(realpath "$data")/run/server-1

mesh() { "$root/fabric" pingall -c 10 --api "$api" > "$dir/round" || { cat "$dir/round"; exit 1; }; }

# Rules that no packet of the mesh meets, in a table that they do: each change is looked at, none may matter.
awk -v n="$rules" 'BEGIN { for (i = 0; i < n; i++)
  printf "table=10,cookie=0x9,priority=%d,tcp,nw_src=10.%d.%d.%d,tp_dst=%d,actions=drop\n", \
    100 + i % 7, i / 65536, i / 256 % 256, i % 256, i % 60000 }' > "$dir/rules"

mesh
begun=$EPOCHREALTIME
(ovs-ofctl add-flows br-int "$dir/rules"; echo "$EPOCHREALTIME" > "$dir/ended") & load=$!
rounds=0
while [ ! -e "$dir/ended" ] && kill -0 $load 2> /dev/null; do mesh; rounds=$((rounds + 1)); done
wait $load
mesh
loaded=$(ovs-ofctl dump-aggregate br-int cookie=0x9/-1 | sed 's/.*flow_count=//')
awk -v n="$loaded" -v a="$begun" -v b="$(cat "$dir/ended")" -v r="$rounds" 'BEGIN {
  printf "%d rules in %.1f s, 0 lost in %d rounds of the mesh during it, and in one before and after\n", n, b - a, r }'
ovs-ofctl del-flows br-int cookie=0x9/-1
[ "$loaded" = "$rules" ]
