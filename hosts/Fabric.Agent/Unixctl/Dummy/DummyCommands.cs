using System.Globalization;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Devices for tests: <c>netdev-dummy/*</c> (OVS: <c>lib/netdev-dummy.c</c>). Only a daemon with <c>--enable-dummy</c> has
/// them.</summary>
public static class DummyCommands
{
    private const int HeaderSize = 14;

    /// <summary>Smallest frame on Ethernet, with its checksum.</summary>
    private const int MinFrameSize = 64;

    public static void Add(UnixctlRegistry registry, IDummyDevices devices)
    {
        registry.Add("netdev-dummy/receive", "name [--qid queue_id] packet|flow [--len packet_len]", 2, UnixctlRegistry.Unlimited,
            call => Receive(devices, call));
        registry.Add("netdev-dummy/set-admin-state", "[netdev] up|down", 1, 2, call => SetState(devices, call));
        registry.Add("netdev-dummy/conn-state", "[netdev]", 0, 1, call => UnixctlReply.Ok(call.Count == 0
            ? string.Concat(devices.Names.Where(name => devices.IsConnected(name) is not null).Select(name => State(devices, name)))
            : State(devices, call[0])));
        registry.Add("netdev-dummy/ip4addr", "[netdev] ipaddr/mask-prefix-len", 2, 2, call => SetAddress(devices, call, isIpv4: true));
        registry.Add("netdev-dummy/ip6addr", "[netdev] ip6addr", 2, 2, call => SetAddress(devices, call, isIpv4: false));
    }

    private static string State(IDummyDevices devices, string name) =>
        $"{name}: {devices.IsConnected(name) switch { true => "connected", false => "disconnected", null => "unknown" }}\n";

    private static UnixctlReply Receive(IDummyDevices devices, UnixctlCall call)
    {
        var name = call[0];
        if (!devices.Exists(name)) return UnixctlReply.Fail("no such dummy netdev");
        var at = 1;
        if (call.Count > 2 && call[1] == "--qid")
        {
            // Each device has one queue.
            if (ScanText.Atoi(call[2]) != 0) return UnixctlReply.Fail("bad rx queue id.");
            at = 3;
        }

        for (; at < call.Count; at++)
        {
            if (TryReadHex(call[at], out var frame))
            {
                devices.Receive(name, frame);
                continue;
            }

            var size = 0;
            var text = call[at];
            if (at + 2 < call.Count && call[at + 1] == "--len")
            {
                size = ScanText.Atoi(call[at + 2]);
                if (size < MinFrameSize) return UnixctlReply.Fail("too small packet len");
                at += 2;
            }

            if (!FlowText.TryParse(text, out var key, out _, out var error)) return UnixctlReply.Fail(error ?? $"syntax error at {text}");
            frame = FlowComposer.Compose(ref key, size);
            if (size != 0 && frame.Length > size) return UnixctlReply.Fail("too small packet len");
            devices.Receive(name, frame);
        }

        return UnixctlReply.Done;
    }

    private static bool TryReadHex(string text, out byte[] frame)
    {
        frame = [];
        var digits = text.Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length < 2 * HeaderSize || digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit)) return false;
        frame = Convert.FromHexString(digits);
        return true;
    }

    private static UnixctlReply SetState(IDummyDevices devices, UnixctlCall call)
    {
        bool? isUp = call[call.Count - 1].ToLowerInvariant() switch { "up" => true, "down" => false, _ => null };
        if (isUp is null) return UnixctlReply.Fail("Invalid Admin State");
        if (call.Count > 1 && !devices.Exists(call[0])) return UnixctlReply.Fail("Unknown Dummy Interface");
        devices.SetUp(call.Count > 1 ? call[0] : null, isUp.Value);
        return UnixctlReply.Ok("OK");
    }

    private static UnixctlReply SetAddress(IDummyDevices devices, UnixctlCall call, bool isIpv4)
    {
        if (!devices.Exists(call[0])) return UnixctlReply.Fail("Unknown Dummy Interface");
        var slash = call[1].IndexOf('/');
        var text = slash < 0 ? call[1] : call[1][..slash];
        if (!IpAddress.TryParse(text, out var address) || address.IsIpv4 != isIpv4)
            return UnixctlReply.Fail($"{call[1]}: invalid {(isIpv4 ? "IP" : "IPv6")} address");
        var length = address.BitCount;
        if (slash >= 0 && (!int.TryParse(call[1].AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
            || length > address.BitCount)) return UnixctlReply.Fail($"{call[1]}: network prefix bits not between 0 and {address.BitCount}");
        devices.SetAddress(call[0], address, length);
        return UnixctlReply.Ok("OK");
    }
}
