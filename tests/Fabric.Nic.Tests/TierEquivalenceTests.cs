using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Properties N1, N2 and N5: which tier answers changes nothing but who answers.</summary>
public sealed class TierEquivalenceTests
{
    private const int FlowCount = 40;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void L1_on_or_off_and_L2_on_or_off_deliver_the_same_frames(int salt)
    {
        var outcomes = new List<List<(uint Port, string Bytes)>>();
        foreach (var (isL1, isL2) in ((bool, bool)[])[(true, true), (false, true), (true, false), (false, false)])
        {
            using var rig = new ServerRig(Seeded.Random(salt), new SmartNicOptions
            {
                IsL1Enabled = isL1,
                IsL2Enabled = isL2,
                ExactMatch = new ExactMatchOptions { Capacity = 64, PendingLimit = 16 },
            });
            Play(rig, Seeded.Random(salt + 100));
            Assert.Equal(isL1 && isL2, rig.Nic.Counters.L1Frames > 0);
            Assert.Equal(isL2, rig.Nic.Counters.L2Frames > 0);
            outcomes.Add([.. rig.Delivered.Select(delivered => (delivered.Port.Value, Convert.ToHexString(delivered.Bytes))).Order()]);
            CheckOrder(rig);
        }

        Assert.NotEmpty(outcomes[0]);
        Assert.All(outcomes, outcome => Assert.Equal(outcomes[0], outcome));
    }

    /// <summary>Random flows that never overlap, random frames, now and then a change of a flow, settled before frames go on.</summary>
    private static void Play(ServerRig rig, Random random)
    {
        rig.Run(10);
        for (var number = 0; number < FlowCount; number++) Put(rig, number, random);
        rig.Run(200);
        for (var (step, frameNumber) = (0, 0); step < 300; step++)
        {
            var vf = (uint)random.Next(1, 4);
            var frames = new Frame[random.Next(1, 65)];
            for (var i = 0; i < frames.Length; i++)
            {
                var (source, destination) = ((uint)random.Next(3), (uint)random.Next(FlowCount + 5));
                frames[i] = Frames.Udp(rig.Pool, source, destination, (ushort)random.Next(3), 7, frameNumber++);
            }

            rig.Send(vf, frames);
            rig.CheckAccounts();
            if (random.Next(10) != 0) continue;
            Put(rig, random.Next(FlowCount), random);
            if (random.Next(3) == 0) rig.Kernel.FlowDelete(new Ufid(2, (ulong)random.Next(FlowCount)));
            rig.Run(100);
        }
    }

    /// <summary>The destination names the flow; the mask beside it differs from flow to flow.</summary>
    private static void Put(ServerRig rig, int number, Random random)
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.EthType = ushort.MaxValue;
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        if (number % 3 == 0) mask.Bits.NwProto = 0xff;
        if (number % 4 == 0) mask.Bits.TpDestination = ushort.MaxValue;
        if (number % 5 == 0) mask.Bits.EthDestination = MacAddress.Broadcast;
        DatapathActions actions = random.Next(6) switch
        {
            0 => new(new OutputAction(new OdpPort(4)), new OutputAction(new OdpPort(3))),
            1 => new(new PushVlanAction(0x8100, (ushort)(0x1000 | number)), new OutputAction(new OdpPort(2))),
            2 => DatapathActions.Drop,
            _ => new(new OutputAction(new OdpPort((uint)random.Next(1, 5)))),
        };
        rig.Put(new Ufid(2, (ulong)number), Keys.Udp(0, 0, (uint)number, 0, 7), mask, actions);
    }

    /// <summary>Property N5: frames of one source, destination and port leave in the order of their numbers.</summary>
    private static void CheckOrder(ServerRig rig)
    {
        var last = new Dictionary<(uint Port, string Headers), int>();
        foreach (var (port, bytes) in rig.Delivered)
        {
            var flow = (port.Value, Convert.ToHexString(bytes.AsSpan(0, bytes.Length - 4)));
            var number = Frames.NumberOf(bytes);
            Assert.True(last.GetValueOrDefault(flow, -1) < number, $"N5, {Seeded.Note}");
            last[flow] = number;
        }
    }
}
