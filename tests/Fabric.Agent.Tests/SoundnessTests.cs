using Fabric.Flow;

namespace Fabric.Agent.Tests;

public class SoundnessTests
{
    /// <summary>
    /// The main promise: whatever bits a megaflow leaves open, the translation of a packet that differs only in them is the same. Every
    /// open
    /// bit that such a packet can have is flipped alone, and then random sets of them together.
    /// </summary>
    [Fact]
    public void Packets_that_agree_under_the_mask_get_equal_translations_T1()
    {
        var random = new Random(TestSeed.Value);
        var fabric = new RandomFabric(random);
        var flips = 0;
        for (var round = 0; round < 60; round++)
        {
            var bench = fabric.MakeBench();
            bench.Agent.VlanLimit = 1 + round % 2;
            for (var i = 0; i < 12; i++)
            {
                var key = fabric.Packet();
                var result = bench.Agent.Translate(ref key);
                var open = OpenBits.Of(ref key, ref result.Mask);
                flips += open.Count;
                foreach (var bit in open.Where(_ => random.Next(12) == 0)) Check(bench, ref key, result, [bit], round);
                for (var j = 0; j < 5; j++) Check(bench, ref key, result, open.Where(_ => random.Next(2) == 0), round);
            }
        }

        Assert.True(flips > 50_000, $"only {flips} bits were open");
    }

    [Fact]
    public void The_masked_key_stands_for_its_packets_T1()
    {
        var random = new Random(TestSeed.Value + 1);
        var fabric = new RandomFabric(random);
        for (var round = 0; round < 40; round++)
        {
            var bench = fabric.MakeBench();
            bench.Agent.VlanLimit = 1 + round % 2;
            for (var i = 0; i < 20; i++)
            {
                var key = fabric.Packet();
                var result = bench.Agent.Translate(ref key);
                FlowMask.Apply(ref result.Mask, ref key, out var masked);
                if (!Equal(result, bench.Agent.Translate(ref masked)))
                    Assert.Fail($"{TestSeed.Text}, round {round}: {bench.Agent.Trace(ref key).Trace}");
            }
        }
    }

    [Fact]
    public void Translating_twice_gives_the_same_and_never_more_outputs_than_allowed_T4_T5()
    {
        var random = new Random(TestSeed.Value + 2);
        var fabric = new RandomFabric(random);
        for (var round = 0; round < 40; round++)
        {
            var bench = fabric.MakeBench();
            bench.Agent.VlanLimit = 1 + round % 2;
            var version = bench.Agent.Version;
            for (var i = 0; i < 10; i++)
            {
                var key = fabric.Packet();
                var result = bench.Agent.Translate(ref key);
                Assert.True(Equal(result, bench.Agent.Translate(ref key)), TestSeed.Text);
                // A trace stands for no packet, and says so in what would go to a controller.
                var traced = bench.Agent.Trace(ref key).Actions.ToString().Replace("dont_send=1", "dont_send=0", StringComparison.Ordinal);
                Assert.Equal(result.Actions.ToString(), traced);
            }

            Assert.Equal(version, bench.Agent.Version);
        }
    }

    /// <summary>Packets that come back from the datapath: tracked, hashed, or with another header in front.</summary>
    [Fact]
    public void Packets_that_come_back_agree_under_the_mask_too_T1()
    {
        var random = new Random(TestSeed.Value + 3);
        var fabric = new RandomFabric(random);
        var returned = 0;
        for (var round = 0; round < 60; round++)
        {
            var bench = fabric.MakeBench();
            bench.Agent.VlanLimit = 1 + round % 2;
            for (var i = 0; i < 30; i++)
            {
                var key = fabric.Packet();
                var first = bench.Agent.Translate(ref key);
                if (first.Cache.Recirculations.FirstOrDefault(c => first.Actions.ToString().Contains($"recirc(0x{c.Id:x})",
                    StringComparison.Ordinal)) is not { } context) continue;
                returned++;
                (key.RecircId, key.DpHash) = (context.Id, (uint)random.Next(1, int.MaxValue));
                if (context.State.IsTracked) (key.CtState, key.CtZone) = (random.Next(2) == 0 ? 0x21u : 0x2au, 5);
                key.Normalize();
                var result = bench.Agent.Translate(ref key);
                var open = OpenBits.Of(ref key, ref result.Mask);
                for (var j = 0; j < 5; j++) Check(bench, ref key, result, open.Where(_ => random.Next(2) == 0), round);
            }
        }

        Assert.True(returned > 50, $"only {returned} packets came back");
    }

    private static void Check(Bench bench, ref FlowKey key, XlateResult result, IEnumerable<(int Byte, int Bit)> bits, int round)
    {
        var other = key;
        foreach (var (index, bit) in bits) FlowKey.MatchBytes(ref other)[index] ^= (byte)(1 << bit);
        other.Normalize();
        var again = bench.Agent.Translate(ref other);
        if (Equal(result, again)) return;
        Assert.Fail($"{TestSeed.Text}, round {round}\n{bench.Agent.Trace(ref key).Trace}\n--- but\n{bench.Agent.Trace(ref other).Trace}\n"
            + string.Join("\n", bench.Agent.DumpRules("br-int", 0)));
    }

    private static bool Equal(XlateResult a, XlateResult b) =>
        a.Actions.Equals(b.Actions) && a.Mask.Equals(b.Mask) && a.Error == b.Error && a.IsSlow == b.IsSlow
            && a.Cache.Rules.SequenceEqual(b.Cache.Rules);
}
