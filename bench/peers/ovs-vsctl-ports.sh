#!/bin/bash
# The peers of P11: how long one ovs-vsctl that adds 200 ports in one transaction waits for the switch.
#   ovs-vsctl-ports.sh [PORTS] [PAIRS] [WARM-UP]     200 ports, 5 pairs, 12 pairs before them
# Debian's ovsdb-server and ovs-vswitchd, and Fabric's drop-ins of the same names, both with dummy devices, take turns. A line per
# pair: "ports", seconds of Fabric's and of Debian's, and "warm-up" before those that do not count. Without a warm-up Fabric's first transactions are compiled while they run.
set -eu
ports=${1:-200} pairs=${2:-5} warmup=${3:-12}
source "$(dirname "${BASH_SOURCE[0]}")/two-switches.sh"

add=()
remove=()
for ((port = 0; port < ports; port++)); do
  add+=(-- add-port br0 "p$port")
  remove+=(-- del-port "p$port")
done

# once NAME: one transaction, in seconds.
once() {
  use "$1"
  local begun=$EPOCHREALTIME ended
  ovs-vsctl -t 60 "${add[@]}"
  ended=$EPOCHREALTIME
  [ "$(ovs-vsctl list-ports br0 | wc -l)" = "$ports" ]
  ovs-vsctl -t 60 "${remove[@]}"
  printf '%d.%04d' $(((${ended/./} - ${begun/./}) / 1000000)) $(((${ended/./} - ${begun/./}) / 100 % 10000))
}

start_sides
for ((pair = -warmup; pair < pairs; pair++)); do
  for name in $(order $pair); do declare "took_$name=$(once "$name")"; done
  [ $pair -ge 0 ] || printf 'warm-up '
  echo "ports $took_fabric ${took_stock:-}"
done
