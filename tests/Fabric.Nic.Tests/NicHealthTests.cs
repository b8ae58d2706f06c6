using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

public sealed class NicHealthTests
{
    private static readonly DatapathActions ToPort2 = new(new OutputAction(new OdpPort(2)));

    private static HealthLine Line(SmartNic nic, string subject, long nowMs) => NicHealth.Of(nic, nowMs).Single(l => l.Subject == subject);

    [Fact]
    public void A_nic_that_talks_with_its_host_is_well()
    {
        using var rig = new ServerRig(Seeded.Random(1));
        var lines = NicHealth.Of(rig.Nic, rig.NowMs);
        Assert.Equal(HealthVerdict.Pass, NicHealth.Overall(lines));
        Assert.Contains(lines, line => line.Verdict == HealthVerdict.Skipped);
    }

    [Fact]
    public void Silence_of_the_host_is_a_failure_when_it_has_lasted()
    {
        using var rig = new ServerRig(Seeded.Random(1));
        var heardMs = rig.Nic.HeardHostMs!.Value;
        var limitMs = rig.Nic.Options.Pcie.SilentMs;
        const string subject = "control message channel responsive";
        Assert.Equal(HealthVerdict.Pass, Line(rig.Nic, subject, heardMs + limitMs).Verdict);
        Assert.Equal(HealthVerdict.Fail, Line(rig.Nic, subject, heardMs + limitMs + 1).Verdict);
    }

    [Fact]
    public void Pools_warn_before_they_fail()
    {
        using var rig = new ServerRig(Seeded.Random(1), new SmartNicOptions { RuleLimit = 10 });
        for (var flows = 1; flows <= 10; flows++)
        {
            rig.Put(new Ufid(0, (ulong)flows), Keys.Udp(1, (uint)flows, 1, 1, 1), FlowMask.Exact, ToPort2);
            rig.Run(50);
            var expected = flows < 9 ? HealthVerdict.Pass : flows < 10 ? HealthVerdict.Warn : HealthVerdict.Fail;
            Assert.Equal((flows, expected), (rig.Nic.L2.Count, Line(rig.Nic, "rules", rig.NowMs).Verdict));
        }

        Assert.Equal(HealthVerdict.Fail, NicHealth.Overall(NicHealth.Of(rig.Nic, rig.NowMs)));
    }

    [Fact]
    public void A_reset_is_remembered()
    {
        using var rig = new ServerRig(Seeded.Random(1));
        rig.Nic.Reset();
        Assert.Equal(HealthVerdict.Warn, Line(rig.Nic, "firmware loaded", rig.NowMs).Verdict);
    }
}
