#!/bin/sh
# Loads many rules with stock ovs-ofctl into server-1 of a running fabric while two of its VMs are pinged, and tells what was lost.
# usage: bench/rules-under-load.sh [COUNT] [DATA] [API]     (a quickstart must be up: ./fabric up --detach)
set -eu
count=${1:-100000} data=${2:-.fabric} api=${3:-http://127.0.0.1:8600}
here=$(dirname "$0")/..
rules=$(mktemp) first=$(mktemp) second=$(mktemp)
trap 'rm -f "$rules" "$first" "$second"' EXIT
awk -v n="$count" 'BEGIN { for (i = 0; i < n; i++)
  printf "table=40,cookie=0x9,priority=%d,tcp,nw_src=10.%d.%d.%d,tp_dst=%d,actions=drop\n", \
    100 + i % 7, i / 65536, i / 256 % 256, i % 256, i % 60000 }' > "$rules"
"$here/fabric" ping web-1 web-2 -c 100 --interval 100ms --api "$api" > "$first" & one=$!
"$here/fabric" ping db-1 db-2 -c 100 --interval 100ms --api "$api" > "$second" & two=$!
start=$(date +%s.%N)
OVS_RUNDIR="$data/run/server-1" ovs-ofctl add-flows br-int "$rules"
end=$(date +%s.%N)
wait $one $two
awk -v n="$count" -v a="$start" -v b="$end" 'BEGIN { printf "%d rules in %.1f s\n", n, b - a }'
tail -n 1 "$first"
tail -n 1 "$second"
OVS_RUNDIR="$data/run/server-1" ovs-ofctl del-flows br-int cookie=0x9/-1
grep -q " 0 lost" "$first" && grep -q " 0 lost" "$second"
