#!/bin/bash
# Open vSwitch's own test suite, run against Fabric's drop-in daemons.
#   ovs-testsuite.sh [-j JOBS] [NUMBER…]       2 jobs; the tests of ovs-testsuite.list unless numbers are given
# It unpacks and configures Debian's package openvswitch-source in a temporary folder, runs the tests with cli/dropin first in their
# PATH, and prints those that failed and, as the last line, "N passed, N failed". The exit code is 0 when none failed.
# The list has the tests of that release (3.1.0) which start a switch, need nothing that the suite compiles, and let no clock be stopped;
# those of BFD, 22 to 38, stop it.
# With DROPIN=/usr/sbin the same tests run against Debian's own daemons, of which two fail: 470 and 1347.
# KEEP=FOLDER leaves the suite there, with the logs of what failed in tests/testsuite.dir; a suite that is there already is used again.
set -eu
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
jobs=2
while getopts j: option; do
  case $option in
    j) jobs=$OPTARG ;;
    *) sed -n '3s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
numbers=("$@")
[ ${#numbers[@]} -gt 0 ] || read -ra numbers <<< "$(grep -v '^#' "$root/tests/ovs-testsuite.list" | tr '\n' ' ')"

archive=$(find /usr/src/openvswitch -name 'openvswitch*.tar.*' 2> /dev/null | head -1)
if [ -z "$archive" ] && [ ! -x "${KEEP:-/nonexistent}/tests/testsuite" ]; then
  echo "ovs-testsuite: the Debian package openvswitch-source is needed; apt-get install openvswitch-source" >&2
  exit 2
fi

work=${KEEP:-$(mktemp -d)}
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
if [ ! -f "$work/tests/atconfig" ]; then
  tar -xf "$archive" -C "$work" --strip-components=1
  (cd "$work" && ./configure --prefix=/usr --sysconfdir=/etc --localstatedir=/var --disable-dependency-tracking) > "$work/configure.log" 2>&1 ||
    { echo "ovs-testsuite: configure failed:" >&2; tail -5 "$work/configure.log" >&2; exit 2; }
fi

if [ -z "${DROPIN:-}" ]; then
  DROPIN="$root/cli/dropin"
  "$root/fabric" --version > /dev/null # builds what is not built, before a test's time-out runs
fi

cd "$work/tests"
./testsuite "-j$jobs" "AUTOTEST_PATH=$DROPIN:/usr/sbin:/usr/bin" "${numbers[@]}" > testsuite.out 2>&1 || true
grep -E '^ *[0-9]+: .* FAILED ' testsuite.out | sort -n || true
failed=$(grep -cE '^ *[0-9]+: .* FAILED ' testsuite.out || true)
passed=$(grep -cE '^ *[0-9]+: .* ok$' testsuite.out || true)
[ $((passed + failed)) -gt 0 ] || { tail -5 testsuite.out >&2; exit 2; }
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
