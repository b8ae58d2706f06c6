using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>Frames that claim to be what they are not reach nobody, and each is counted by its reason.</summary>
public sealed class ForgeryTests : IDisposable
{
    private const int Frames = 50;

    private readonly SimFabric _fabric = new(Seeds.All[0], new SimShape { Servers = 3, BlueVms = 4, GreenVms = 4 });
    private readonly Forger _forger;

    public ForgeryTests()
    {
        _forger = new Forger(_fabric, new Random(Seeds.All[0]));
        _fabric.Run(2_000);
    }

    public static TheoryData<string> OuterKinds => [.. Forger.Outer.Keys];

    [Theory]
    [MemberData(nameof(OuterKinds))]
    public void ForgedOuterPacketsAreDroppedForTheirOwnReason(string kind)
    {
        var victim = _fabric.Overlay("blue").First();
        var nic = victim.Host.Nic.Engine;
        var before = nic.Account.Drops.NonZero().ToDictionary();
        var hostDestined = victim.Host.Kernel.Datapath.HostDestined;
        for (var i = 0; i < Frames; i++) _forger.ForgeOuter(victim, kind);
        _fabric.Run(100);

        var reason = Forger.Outer[kind];
        foreach (var (dropped, frames) in nic.Account.Drops.NonZero())
            Assert.Equal((dropped, dropped == reason ? Frames : 0), (dropped, frames - before.GetValueOrDefault(dropped)));
        if (reason is { } expected) Assert.Equal(Frames, nic.Account.Drops[expected] - before.GetValueOrDefault(expected));
        else Assert.Equal(Frames, victim.Host.Kernel.Datapath.HostDestined - hostDestined);
        NobodyIsFooled();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AVmThatSpeaksWithAnAddressNotItsOwnIsNotHeard(bool isWrongMac)
    {
        var blue = _fabric.Overlay("blue").ToList();
        var before = Policy();
        for (var i = 0; i < Frames; i++) _forger.ForgeSource(blue[0], blue[1 + i % 3], isWrongMac);
        _fabric.Run(100);
        Assert.Equal(Frames, Policy() - before);
        NobodyIsFooled();
    }

    public void Dispose() => _fabric.Dispose();

    private long Policy() => _fabric.World.Ledger.Drops(_ => true).GetValueOrDefault(nameof(DropReason.Policy));

    private void NobodyIsFooled()
    {
        Assert.All(_fabric.Vms, vm => Assert.Equal(0, vm.Trapped));
        _fabric.Check();
        _fabric.Drain();
        Assert.True(_fabric.World.Violations.Count == 0, _fabric.World.Violations.ToString());
    }
}
