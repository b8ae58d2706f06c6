#!/bin/bash
# The peers of P9 and P10: how long a bridge takes for many rules that ovs-ofctl brings.
#   ovs-ofctl-rules.sh [RULES] [PAIRS] [WARM-UP]     100000 rules, 5 pairs, 3 pairs before them that are not printed
# Debian's ovsdb-server and ovs-vswitchd, and Fabric's drop-ins of the same names, both with dummy devices, take turns. A line per
# pair and work, in seconds of Fabric's and of Debian's: one bundle; the same without a bundle; the dump of all; their deletion.
# Both sides must have all rules, or the run ends. SIDES=fabric leaves Debian's out; FABRIC is the command to use for fabric.
set -eu
rules=${1:-100000} pairs=${2:-5} warmup=${3:-3}
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
sides=${SIDES:-stock fabric}
read -ra fabric <<< "${FABRIC:-$root/fabric}"
dir=$(mktemp -d)
"${fabric[@]}" --version > /dev/null

stop() {
  local pid
  for pid in "$dir"/*/*.pid; do kill "$(cat "$pid")" 2> /dev/null || true; done
  sleep 1
  rm -rf "$dir"
}
trap stop EXIT

# start NAME [COMMAND…]: a switch in a folder of its own; the command goes before the daemons' names.
start() {
  local name=$1
  shift
  mkdir "$dir/$name"
  export OVS_RUNDIR="$dir/$name" OVS_LOGDIR="$dir/$name" OVS_DBDIR="$dir/$name"
  ovsdb-tool create "$OVS_RUNDIR/conf.db" /usr/share/openvswitch/vswitch.ovsschema
  "$@" ovsdb-server "$OVS_RUNDIR/conf.db" --remote="punix:$OVS_RUNDIR/db.sock" --pidfile --detach --no-chdir --log-file -vconsole:off
  ovs-vsctl --no-wait init
  "$@" ovs-vswitchd "unix:$OVS_RUNDIR/db.sock" --enable-dummy=system --disable-system --disable-system-route \
    --pidfile --detach --no-chdir --log-file -vconsole:off
  ovs-vsctl -t 20 add-br br0 -- set bridge br0 fail-mode=secure
}

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
  export OVS_RUNDIR="$dir/$1"
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

for name in $sides; do
  if [ "$name" = fabric ]; then start fabric "${fabric[@]}"; else start stock env; fi
done
for ((pair = -warmup; pair < pairs; pair++)); do
  # Who goes first changes with each pair.
  order=$sides
  if ((pair & 1)) && [ "$sides" != fabric ]; then order="fabric stock"; fi
  for work in bundle dump delete single; do
    for name in $order; do declare "took_$name=$(once "$name" $work)"; done
    [ $pair -lt 0 ] || echo "$work $took_fabric ${took_stock:-}"
  done
done
