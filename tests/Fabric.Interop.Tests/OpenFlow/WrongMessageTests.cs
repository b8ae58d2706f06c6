using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>
/// Wrong messages, byte for byte, to Debian's ovs-vswitchd and to our switch: the same errors with the same bytes of the request, and the
/// connection goes on.
/// <para>
/// Left out is what Open vSwitch 3.1 answers by accident: errors about flow monitors, which quote what stands behind the request; controls
/// of bundles of unknown types, whose answer was never written; unknown fields to set, whose error depends on a hash bucket; the eviction
/// property of OFPT_TABLE_MOD, which it stores in the wrong place; bundle_load by an unknown algorithm. Tunnel options without a mapping,
/// which it takes in packet-outs, Fabric refuses there as elsewhere.
/// </para>
/// </summary>
public class WrongMessageTests
{
    private static readonly string[] Lines =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "OpenFlow/Data/wrong-messages.txt")).Where(l => !l.StartsWith('#'))];

    public static TheoryData<OpenFlowVersion> Versions => [.. Enum.GetValues<OpenFlowVersion>().Where(v => v >= OpenFlowVersion.V10)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_wrong_message_is_refused_as_Open_vSwitch_does(OpenFlowVersion version)
    {
        await using var oracle = await OracleSwitch.StartAsync();
        var path = oracle.File("br0.mgmt");
        var (devices, mac) = OracleSwitch.Describe(path);
        var mine = new OurSwitch(devices, mac).Connect(version);
        using var connection = new OracleConnection(path, version);
        var (count, differences) = (0, new List<string>());
        foreach (var request in Lines.Select(Convert.FromHexString).Where(bytes => bytes[0] == (byte)version))
        {
            var (theirs, ours) = (OracleSwitch.Text(connection.Ask(request)), OracleSwitch.Text(mine.Ask(request)));
            if (theirs != ours) differences.Add($"{Convert.ToHexString(request)}\n  OVS: {theirs}\n  we:  {ours}");
            count++;
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {count} differ:\n{string.Join("\n\n", differences)}");
        Assert.InRange(count, 100, 1000);
    }
}
