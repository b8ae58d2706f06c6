#!/bin/bash
# The peers of P9 and P10: how long a bridge takes for many rules that ovs-ofctl brings.
#   ovs-ofctl-rules.sh [RULES] [PAIRS] [WARM-UP]     100000 rules, 5 pairs, 3 pairs before them
# Debian's ovsdb-server and ovs-vswitchd, and Fabric's drop-ins of the same names, both with dummy devices, take turns. A line per
# pair and work, in seconds of Fabric's and of Debian's, and "warm-up" before those that do not count: one bundle; the same without a bundle; the dump of all; their deletion.
# Both sides must have all rules, or the run ends.
set -eu
rules=${1:-100000} pairs=${2:-5} warmup=${3:-3}
source "$(dirname "${BASH_SOURCE[0]}")/two-switches.sh"

for ((i = 0; i < rules; i++)); do
  echo "table=$((i & 3)),priority=100,ip,nw_dst=10.$((i >> 16 & 255)).$((i >> 8 & 255)).$((i & 255)),actions=output:$((i & 7))"
done > "$dir/rules"

# timed COMMAND…: seconds.
timed() {
  local begun=$EPOCHREALTIME ended
  "$@" > "$dir/out"
  ended=$EPOCHREALTIME
  printf '%d.%03d' $(((${ended/./} - ${begun/./}) / 1000000)) $(((${ended/./} - ${begun/./}) / 1000 % 1000))
}

# once NAME WORK: one piece of work, in seconds.
once() {
  use "$1"
  case $2 in
    bundle)
      timed ovs-ofctl -O OpenFlow14 --bundle add-flows br0 "$dir/rules"
      [ "$(ovs-ofctl dump-aggregate br0 | sed 's/.*flow_count=//')" = "$rules" ]
      ;;
    dump)
      timed ovs-ofctl dump-flows br0
      [ "$(grep -c actions= "$dir/out")" = "$rules" ]
      ;;
    delete)
      timed ovs-ofctl del-flows br0
      [ "$(ovs-ofctl dump-aggregate br0 | sed 's/.*flow_count=//')" = 0 ]
      ;;
    single)
      timed ovs-ofctl add-flows br0 "$dir/rules"
      [ "$(ovs-ofctl dump-aggregate br0 | sed 's/.*flow_count=//')" = "$rules" ]
      ovs-ofctl del-flows br0
      ;;
  esac
}

start_sides
for name in $sides; do
  use "$name"
  ovs-vsctl -t 20 set bridge br0 fail-mode=secure
done
for ((pair = -warmup; pair < pairs; pair++)); do
  for work in bundle dump delete single; do
    for name in $(order $pair); do declare "took_$name=$(once "$name" $work)"; done
    [ $pair -ge 0 ] || printf 'warm-up '
    echo "$work $took_fabric ${took_stock:-}"
  done
done
