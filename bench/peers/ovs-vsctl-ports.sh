#!/bin/bash
# The peers of P11: how long one ovs-vsctl that adds 200 ports in one transaction waits for the switch.
#   ovs-vsctl-ports.sh [PORTS] [PAIRS] [WARM-UP]     200 ports, 5 pairs, 12 pairs before them that are not printed
# Debian's ovsdb-server and ovs-vswitchd, and Fabric's drop-ins of the same names, both with dummy devices, take turns. A line per
# pair: "ports", seconds of Fabric's and of Debian's. Without a warm-up Fabric's first transactions are compiled while they run.
# SIDES=fabric leaves Debian's out; FABRIC is the command to use for fabric.
set -eu
ports=${1:-200} pairs=${2:-5} warmup=${3:-12}
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
  ovs-vsctl -t 20 add-br br0
}

add=()
remove=()
for ((port = 0; port < ports; port++)); do
  add+=(-- add-port br0 "p$port")
  remove+=(-- del-port "p$port")
done

# once NAME: one transaction, in seconds.
once() {
  export OVS_RUNDIR="$dir/$1"
  local begun=$EPOCHREALTIME ended
  ovs-vsctl -t 60 "${add[@]}"
  ended=$EPOCHREALTIME
  [ "$(ovs-vsctl list-ports br0 | wc -l)" = "$ports" ]
  ovs-vsctl -t 60 "${remove[@]}"
  printf '%d.%04d' $(((${ended/./} - ${begun/./}) / 1000000)) $(((${ended/./} - ${begun/./}) / 100 % 10000))
}

for name in $sides; do
  if [ "$name" = fabric ]; then start fabric "${fabric[@]}"; else start stock env; fi
done
for ((pair = -warmup; pair < pairs; pair++)); do
  # Who goes first changes with each pair.
  order=$sides
  if ((pair & 1)) && [ "$sides" != fabric ]; then order="fabric stock"; fi
  for name in $order; do declare "took_$name=$(once "$name")"; done
  [ $pair -lt 0 ] || echo "ports $took_fabric ${took_stock:-}"
done
