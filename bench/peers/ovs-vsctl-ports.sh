#!/bin/bash
# The peers of P11: how long one ovs-vsctl that adds 200 ports in one transaction waits for the switch.
#   ovs-vsctl-ports.sh [PORTS] [PAIRS] [WARM-UP]     200 ports, 5 pairs, 12 pairs before them that are not printed
# Debian's ovsdb-server and ovs-vswitchd, and Fabric's drop-ins of the same names, both with dummy devices, take turns. A line per
# pair: milliseconds of Debian's, of Fabric's. Without a warm-up Fabric's first transactions are compiled while they run.
set -eu
ports=${1:-200} pairs=${2:-5} warmup=${3:-12}
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
dir=$(mktemp -d)
"$root/fabric" --version > /dev/null

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

# once NAME: one transaction, in milliseconds.
once() {
  export OVS_RUNDIR="$dir/$1"
  local begun=$EPOCHREALTIME ended
  ovs-vsctl -t 60 "${add[@]}"
  ended=$EPOCHREALTIME
  [ "$(ovs-vsctl list-ports br0 | wc -l)" = "$ports" ]
  ovs-vsctl -t 60 "${remove[@]}"
  echo $(((${ended/./} - ${begun/./}) / 100)) | sed 's/.$/.&/'
}

start stock env
start fabric "$root/fabric"
for ((pair = -warmup; pair < pairs; pair++)); do
  line="$(once stock) $(once fabric)"
  [ $pair -lt 0 ] || echo "$line"
done
