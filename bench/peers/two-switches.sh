# Two switches to be compared, for the scripts beside this one: "stock", Debian's ovsdb-server and ovs-vswitchd, and "fabric", Fabric's
# drop-ins of the same names. Both have dummy devices and a bridge br0, and a folder of their own in $dir, which is made here. They end
# with the script. SIDES=fabric leaves Debian's out; FABRIC is the command to use for fabric.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
sides=${SIDES:-stock fabric}
read -ra fabric <<< "${FABRIC:-$root/fabric}"
dir=$(mktemp -d)
"${fabric[@]}" --version > /dev/null

stop() {
  local pid
  # A second signal is not to leave half of it.
  trap '' INT TERM
  for pid in "$dir"/*/*.pid; do kill "$(cat "$pid")" 2> /dev/null || true; done
  sleep 1
  rm -rf "$dir"
}
trap stop EXIT

# use NAME: what the OVS tools talk to from now on.
use() {
  export OVS_RUNDIR="$dir/$1" OVS_LOGDIR="$dir/$1" OVS_DBDIR="$dir/$1"
}

# start NAME [COMMAND…]: one switch; the command goes before the daemons' names.
start() {
  use "$1"
  shift
  mkdir "$OVS_RUNDIR"
  ovsdb-tool create "$OVS_RUNDIR/conf.db" /usr/share/openvswitch/vswitch.ovsschema
  "$@" ovsdb-server "$OVS_RUNDIR/conf.db" --remote="punix:$OVS_RUNDIR/db.sock" --pidfile --detach --no-chdir --log-file -vconsole:off
  ovs-vsctl --no-wait init
  "$@" ovs-vswitchd "unix:$OVS_RUNDIR/db.sock" --enable-dummy=system --disable-system --disable-system-route \
    --pidfile --detach --no-chdir --log-file -vconsole:off
  ovs-vsctl -t 20 add-br br0
}

start_sides() {
  local name
  for name in $sides; do
    if [ "$name" = fabric ]; then start fabric "${fabric[@]}"; else start stock env; fi
  done
}

# order PAIR: the sides; who goes first changes with each pair.
order() {
  if (($1 & 1)) && [ "$sides" != fabric ]; then echo "fabric stock"; else echo "$sides"; fi
}
