using Fabric.Agent;

namespace Fabric.Forwarding.Tests;

/// <summary>Two servers whose first two ports are joined by cables, each with a bond over them.</summary>
public sealed class LacpTests : IDisposable
{
    private readonly Server[] _servers = [Make(1), Make(2)];

    public void Dispose()
    {
        foreach (var server in _servers) server.Dispose();
    }

    [Fact]
    public void Two_bonds_agree_and_frames_spread_over_their_links()
    {
        Bond(0, BondMode.BalanceTcp, LacpMode.Active);
        Bond(1, BondMode.BalanceTcp, LacpMode.Passive);
        Run(2_000);
        Assert.All(Bonds, b => Assert.Equal(LacpStatus.Negotiated, b.LacpStatus));
        Assert.All(Bonds.SelectMany(b => b.Members), m => Assert.True(m.IsEnabled, m.Port.Name));
        var ways = Ways();
        Assert.InRange(ways.Count(w => w == "1"), 5, 21);
        Assert.All(ways, w => Assert.True(w is "1" or "2", w));
        _servers[0].Run(5);
        Assert.Contains(_servers[0].Kernel.Flows, f => f.OffloadReason?.Contains("dp_hash", StringComparison.Ordinal) == true);
    }

    /// <summary>Frames of OVS 3.1 with this configuration, captured: asking for a partner, and having given up.</summary>
    [Fact]
    public void A_LACPDU_is_byte_for_byte_what_OVS_sends()
    {
        Bond(0, BondMode.BalanceTcp, LacpMode.Active);
        var sent = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            _servers[0].Run(100);
            sent.AddRange(_servers[0].Delivered.Where(d => d.Port == 1).Select(d => Convert.ToHexString(d.Bytes)));
            _servers[0].Delivered.Clear();
        }

        Assert.Equal(Pdu("BD", "02"), sent[0]);
        Assert.Equal(Pdu("75", "00"), sent[^1]);
        static string Pdu(string state, string partnerState) =>
            "0180C20000020A0000000001" + "880901010114FFFE0200000000010001FFFF0001" + state + "0000000214"
            + "0000000000000000000000000000" + partnerState + "0000000310" + new string('0', 2 * 66);
    }

    [Fact]
    public void A_link_that_goes_leaves_the_bond_at_both_ends_and_comes_back()
    {
        Bond(0, BondMode.BalanceTcp, LacpMode.Active);
        Bond(1, BondMode.BalanceTcp, LacpMode.Active);
        Run(2_000);
        foreach (var server in _servers) server.SetLink(1, false);
        Run(300);
        Assert.All(Ways(), w => Assert.Equal("2", w));
        foreach (var server in _servers) server.SetLink(1, true);
        // With slow LACP a link is asked anew once its partner is given up, after 3 s.
        Run(6_000);
        // What moved away stays until load is shifted, as in OVS.
        Assert.All(Bonds.SelectMany(b => b.Members), m => Assert.True(m.IsEnabled, m.Port.Name));
        foreach (var server in _servers) server.SetLink(2, false);
        Run(300);
        Assert.All(Ways(), w => Assert.Equal("1", w));
    }

    [Fact]
    public void A_partner_that_falls_silent_is_given_up_after_its_three_intervals_L3()
    {
        Bond(0, BondMode.ActiveBackup, LacpMode.Active, isFast: true);
        Bond(1, BondMode.ActiveBackup, LacpMode.Active, isFast: true);
        Run(2_000);
        Assert.Equal(LacpStatus.Negotiated, Bonds[0].LacpStatus);
        Run(2_500, isCabled: false);
        Assert.Equal(LacpStatus.Negotiated, Bonds[0].LacpStatus);
        Run(4_500, isCabled: false);
        Assert.Equal(LacpStatus.Configured, Bonds[0].LacpStatus);
        Assert.Equal("", Ask());
    }

    [Fact]
    public void Without_a_partner_a_bond_that_may_falls_back_to_active_backup()
    {
        Bond(0, BondMode.BalanceTcp, LacpMode.Active, hasFallback: true);
        Run(1_000, isCabled: false);
        Assert.Equal("", Ask());
        Run(4_000, isCabled: false);
        Assert.Equal((LacpStatus.Configured, "1"), (Bonds[0].LacpStatus, Ask()));
    }

    [Fact]
    public void Links_to_two_different_partners_are_not_one_bond_L1()
    {
        Bond(0, BondMode.ActiveBackup, LacpMode.Active);
        using var third = Make(3);
        third.Bond(new BondSettings("b0", ["p1", "p2"]) { Lacp = LacpMode.Active });
        Bond(1, BondMode.ActiveBackup, LacpMode.Active);
        for (var i = 0; i < 40; i++)
        {
            foreach (var server in (Server[])[.. _servers, third]) server.Run(100);
            Carry(_servers[0], _servers[1], third);
            Carry(_servers[1], _servers[0], null);
            Carry(third, null, _servers[0]);
        }

        Assert.Single(Bonds[0].Members, m => m.IsEnabled);
    }

    private AgentBond[] Bonds => [.. _servers.Select(s => s.Agent.FindBridge(Server.Bridge)!.FindBond("b0")!)];

    private static Server Make(int number)
    {
        var server = new Server(number: number) { IsTeaching = true };
        server.Rule("actions=NORMAL");
        for (uint other = 4; other <= Server.PortCount; other++) server.Vlan(other, new VlanSettings { Tag = 99 });
        return server;
    }

    private void Bond(int server, BondMode mode, LacpMode lacp, bool hasFallback = false, bool isFast = false) =>
        _servers[server].Bond(new BondSettings("b0", ["p1", "p2"])
        {
            Mode = mode, Lacp = lacp, HasLacpFallback = hasFallback, HasFastLacp = isFast,
        });

    private void Run(int durationMs, bool isCabled = true)
    {
        for (var ms = 0; ms < durationMs; ms += 100)
        {
            foreach (var server in _servers) server.Run(100);
            if (isCabled)
            {
                Carry(_servers[0], _servers[1], _servers[1]);
                Carry(_servers[1], _servers[0], _servers[0]);
            }

            foreach (var server in _servers) server.Delivered.Clear();
        }
    }

    /// <summary>What left by port 1 goes to one server's port 1, what left by port 2 to another's port 2.</summary>
    private static void Carry(Server from, Server? first, Server? second)
    {
        var frames = from.Delivered.ToArray();
        from.Delivered.Clear();
        foreach (var (port, bytes) in frames)
            if ((port == 1 ? first : port == 2 ? second : null) is { } to) to.Send(port, bytes);
    }

    /// <summary>Each host's frame carries ARP of its own address: OVS's hash knows nothing of other than IP and ARP.</summary>
    private string[] Ways() => [.. Enumerable.Range('A', 26).Select(h => Ask((char)h))];

    /// <summary>The links by which a frame of this host leaves the first server.</summary>
    private string Ask(char host = 'c')
    {
        _servers[0].Take();
        var frame = TestFrame.Announcement(host);
        TestFrame.Mac('x').Write(frame);
        _servers[0].Send(3, frame);
        var ways = string.Join(",", _servers[0].Delivered.Select(d => d.Port));
        _servers[0].Delivered.Clear();
        return ways;
    }
}
