#!/bin/bash
# P1 and P2 side by side: Fabric's exact match hits and Open vSwitch's DPDK lookups in one run, in pairs whose order is swapped each time.
#   lookup-pairs.sh [PAIRS]     prints every pair, then the median and range of the ratios. Wants what ovs-dpdk-lookup.sh wants.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
pairs=${1:-5}
bench=$here/../Fabric.Bench
dotnet build -c Release --nologo -v q "$bench" > /dev/null

fabric() { dotnet "$bench/bin/Release/net10.0/Fabric.Bench.dll" l1 | awk '{ for (i = 2; i <= NF; i++) if ($i == "Mpps") print $(i - 1) }'; }
peer() { "$here/ovs-dpdk-lookup.sh" "$1" 2 3 2> /dev/null | awk '{ print $1 }' | sort -n | sed -n 2p; }
both_peers() { peer 1000; peer 50000; }

fabric > /dev/null
for pair in $(seq "$pairs"); do
  if [ $((pair % 2)) = 1 ]; then ours=$(fabric); theirs=$(both_peers); else theirs=$(both_peers); ours=$(fabric); fi
  echo "$pair" $ours $theirs
done | awk '
  function median(list, n,   i, j, t) {
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (list[j] < list[i]) { t = list[i]; list[i] = list[j]; list[j] = t }
    return list[int((n + 1) / 2)]
  }
  { few[NR] = $2 / $4; many[NR] = $3 / $5
    printf "pair %d   1,000 flows %5.1f : %5.1f Mpps = %.2f    1 M flows %5.1f : %5.1f Mpps = %.2f\n", $1, $2, $4, few[NR], $3, $5, many[NR]
    fflush() }
  END { m = median(few, NR); printf "P1 median %.2f (%.2f to %.2f)\n", m, few[1], few[NR]
        m = median(many, NR); printf "P2 median %.2f (%.2f to %.2f)\n", m, many[1], many[NR] }'
