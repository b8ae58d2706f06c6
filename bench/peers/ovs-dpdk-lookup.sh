#!/bin/bash
# The peer of P1 and P2: how fast Open vSwitch's DPDK datapath parses, looks up and drops 60-byte UDP frames on one core.
#   ovs-dpdk-lookup.sh FLOWS [SECONDS [ROUNDS]]     1000 flows stay in its exact match cache; 50000 overflow it into the megaflow classifier
# Wants Debian's openvswitch-switch-dpdk, librte-net-pcap23 and librte-mempool-ring23, and root. Frames are replayed from a file inside
# the process (net_pcap, infinite_rx), so nothing touches a network. The rule matches UDP and the destination address: a rule that matches
# only the port would be answered by a cache of its own and say nothing about lookups. Prints a line for each round.
set -eu
flows=$1 seconds=${2:-3} rounds=${3:-5}
dir=$(mktemp -d)
export OVS_RUNDIR=$dir OVS_LOGDIR=$dir OVS_DBDIR=$dir

stop() {
  for daemon in "$dir"/*.pid; do kill "$(cat "$daemon")" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap stop EXIT

python3 - "$flows" > "$dir/frames.pcap" <<'P'
import struct, sys

def checksum(header):
    total = sum(struct.unpack('!%dH' % (len(header) // 2), header))
    while total >> 16:
        total = (total >> 16) + (total & 0xffff)
    return ~total & 0xffff

out = sys.stdout.buffer
out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
ethernet = bytes.fromhex('02fab0000002' '02fab0000001' '0800')
ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 46, 0, 0x4000, 64, 17, 0, bytes([10, 1, 0, 1]), bytes([10, 1, 0, 2]))
ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
for flow in range(int(sys.argv[1])):
    udp = struct.pack('!HHHH', 32768 + flow % 32768, 9000 + flow // 32768, 26, 0)
    frame = ethernet + ip + udp + bytes(18)
    out.write(struct.pack('<IIII', 0, flow, len(frame), len(frame)) + frame)
P

ovsdb-tool create "$dir/conf.db" /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server "$dir/conf.db" --remote="punix:$dir/db.sock" --pidfile="$dir/db.pid" --detach --log-file="$dir/db.log" -vconsole:off
ovs-vsctl --no-wait init -- set Open_vSwitch . other_config:dpdk-init=true other_config:pmd-cpu-mask=2 other_config:dpdk-lcore-mask=1 \
  other_config:emc-insert-inv-prob=1 other_config:dpdk-extra="--no-huge --legacy-mem -m 3072 --no-pci --no-telemetry"
/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk "unix:$dir/db.sock" --pidfile="$dir/switch.pid" --unixctl="$dir/switch.ctl" \
  --detach --log-file="$dir/switch.log" -vconsole:off > "$dir/eal.log" 2>&1
ovs-vsctl -t 20 add-br br0 -- set bridge br0 datapath_type=netdev fail-mode=secure
ovs-vsctl -t 20 add-port br0 p0 -- set interface p0 type=dpdk options:dpdk-devargs="net_pcap0,rx_pcap=$dir/frames.pcap,infinite_rx=1"
ovs-ofctl add-flow br0 "priority=10,udp,nw_dst=10.1.0.2,actions=drop"

sleep 2
for _ in $(seq "$rounds"); do
  ovs-appctl -t "$dir/switch.ctl" dpif-netdev/pmd-stats-clear > /dev/null
  sleep "$seconds"
  ovs-appctl -t "$dir/switch.ctl" dpif-netdev/pmd-stats-show | awk -v seconds="$seconds" '
    /packets received:/ { if ($3 > packets) packets = $3 }
    /emc hits:/ { if ($3 > exact) exact = $3 }
    /megaflow hits:/ { if ($3 > mega) mega = $3 }
    END { printf "%6.1f Mpps  %3.0f %% exact match cache, %3.0f %% classifier\n",
          packets / seconds / 1e6, 100 * exact / packets, 100 * mega / packets }'
done
