using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>
/// The same requests, byte for byte, to Debian's ovs-vswitchd and to our switch: the same answers, errors and updates in every version.
/// </summary>
public class RequestDifferentialTests
{
    public static TheoryData<OpenFlowVersion> Versions => [.. Enum.GetValues<OpenFlowVersion>().Where(v => v >= OpenFlowVersion.V10)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_request_is_answered_as_Open_vSwitch_does(OpenFlowVersion version)
    {
        await using var oracle = await OracleSwitch.StartAsync();
        var path = oracle.File("br0.mgmt");
        var (devices, mac) = OracleSwitch.Describe(path);
        var ours = new OurSwitch(devices, mac);
        var mine = ours.Connect(version);
        using var connection = new OracleConnection(path, version);
        var (count, xid, differences) = (0, 0x10u, new List<string>());
        foreach (var message in new RequestScript(ours.Ports, devices).All())
        {
            if (!MessageCodec.CanEncode(message is BundleAddMessage add ? add.Message : message, version)
                || !MessageCodec.CanEncode(message, version)) continue;
            var request = MessageCodec.Encode(WithXid(message, ++xid), version,
                new CodecContext(ours.Switch.Bridge.TunnelOptions, HasTableIds: true));
            Compare($"{message}", request, connection, mine, differences, isQuoteComparable: message is not FlowMonitorRequest);
            count++;
        }

        foreach (var request in Malformed(version))
        {
            Compare(Convert.ToHexString(request), request, connection, mine, differences);
            count++;
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {count} differ:\n{string.Join("\n\n", differences)}");
        Assert.InRange(count, 100, 1000);
    }

    /// <param name="isQuoteComparable">OVS 3.1 quotes what stands behind a wrong flow monitor request in its memory, xid included.</param>
    private static void Compare(
        string name, byte[] request, OracleConnection connection, OurConnection ours, List<string> differences,
        bool isQuoteComparable = true)
    {
        var theirs = OracleSwitch.Text(connection.Ask(request), isQuoteComparable);
        var mine = OracleSwitch.Text(ours.Ask(request), isQuoteComparable);
        if (theirs != mine) differences.Add($"{name}\n  OVS: {theirs}\n  we:  {mine}");
    }

    private static OpenFlowMessage WithXid(OpenFlowMessage message, uint xid) => message is BundleAddMessage add
        ? add with { Xid = xid, Message = add.Message with { Xid = xid } } : message with { Xid = xid };

    private static IEnumerable<byte[]> Malformed(OpenFlowVersion version)
    {
        var v = (byte)version;
        yield return [v, 99, 0, 8, 0, 0, 1, 1];
        yield return [v, 5, 0, 12, 0, 0, 1, 2, 0, 0, 0, 0];
        yield return [v, 4, 0, 16, 0, 0, 1, 3, 0, 0, 0x23, 0x20, 0, 0, 3, 0xe7];
        yield return [v, 4, 0, 16, 0, 0, 1, 4, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 1];
        yield return [v, 9, 0, 10, 0, 0, 1, 5, 0, 0];
        yield return [v, version == OpenFlowVersion.V10 ? (byte)16 : (byte)18, 0, 16, 0, 0, 1, 6, 0, 77, 0, 0, 0, 0, 0, 0];
        yield return [v, 14, 0, 16, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0, 0];
        yield return [v, 13, 0, 12, 0, 0, 1, 8, 0xff, 0xff, 0xff, 0xff];
        yield return [v, 4, 0, 12, 0, 0, 1, 9, 0, 0, 0x23, 0x20];
        yield return [v, 15, 0, 12, 0, 0, 1, 10, 0, 0, 0, 0];
        if (version < OpenFlowVersion.V13) yield break;

        // Requests in several parts: empty ones around the one that asks, and parts of two kinds. They are sent at once, since OVS waits
        // one second for the next part, which a busy machine can be too slow for.
        byte[] ports = version == OpenFlowVersion.V15 ? [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0] : [];
        byte[] part = [v, 18, 0, 16, 0, 0, 1, 11, 0, 13, 0, 1, 0, 0, 0, 0];
        yield return [.. part, v, 18, 0, (byte)(16 + ports.Length), 0, 0, 1, 11, 0, 13, 0, 0, 0, 0, 0, 0, .. ports];
        part[7] = 12;
        yield return [.. part, v, 18, 0, 16, 0, 0, 1, 12, 0, 3, 0, 0, 0, 0, 0, 0];
    }
}
