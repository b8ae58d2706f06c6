using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>Data/ovs-lacp.txt is what Open vSwitch 3.1 printed of this bond 0.6 s after it was made, and 5 s later.</summary>
public class LacpCommandTests
{
    [Fact]
    public void A_bond_without_a_partner_is_shown_as_OVS_shows_it()
    {
        var (agent, datapath, pool) = (new OvsAgent(), new RecordingDatapath(), new FramePool());
        var registry = SwitchCommands.Create(new SwitchContext(agent, new CountingDatapath(datapath), new SwitchBench()));
        Assert.True(agent.TryAddBridge(new BridgeSettings("br-int", new MacAddress(0x0200_0000_0001)), 0, out var error), error);
        for (ushort i = 1; i <= 2; i++)
            Assert.True(agent.TryAddPort("br-int", new PortSettings($"m{i}", new(i), new(i)), out error), error);
        var bond = new BondSettings("b0", ["m1", "m2"]) { Mode = BondMode.BalanceTcp, Lacp = LacpMode.Active };
        Assert.True(agent.TrySetBond("br-int", bond, 0, out error), error);
        var said = "";
        for (var ms = 0; ms <= 5_600; ms += 100)
        {
            agent.Tick(ms);
            agent.SendOwnPackets(pool, datapath, ms);
            string? name = ms switch { 600 => "b0", 5_600 => null, _ => "" };
            if (name != "") said += registry.Run("lacp/show", name is null ? [] : [name], ms).Text
                + registry.Run("lacp/show-stats", name is null ? [] : [name], ms).Text;
        }

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "ovs-lacp.txt")), said);
        Assert.Equal("no such lacp object", registry.Run("lacp/show", ["b1"], 0).Text.TrimEnd());
    }
}
