using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Nic.Tests;

/// <summary>
/// Random schedules of control messages between host and NIC, whose envelopes are lost, doubled and delivered in any order, against a
/// naive model (<see cref="ScheduleRig"/>), and of which either stands still for a while: N4, N11, N12, D3, D4, P1 and P5.
/// </summary>
public sealed class ControlScheduleTests
{
    private const int Schedules = 100_000;
    private const int PerRig = 500;

    private static readonly DatapathActions[] Choices =
    [
        new(new OutputAction(new OdpPort(2))),
        new(new OutputAction(new OdpPort(3))),
        new(new OutputAction(new OdpPort(2))),
        new(new UserspaceAction(0, UserspaceReason.Controller)),
        DatapathActions.Drop,
    ];

    /// <summary>In two halves, which run side by side.</summary>
    [Fact]
    public void In_100_000_schedules_no_revoked_policy_forwards_and_the_statistics_are_exact_at_the_end()
    {
        var (faults, statistics) = (new string?[2], new long[2]);
        Parallel.For(0, 2, half => (faults[half], statistics[half]) = Run(half, Schedules / 2, hasLease: true));
        Assert.All(faults, fault => Assert.True(fault is null, fault));
        // The schedules do what they are for.
        Assert.True(statistics.Sum() > Schedules / 10, $"{statistics.Sum()} frames were answered by the NIC");
    }

    [Fact]
    public void Without_the_lease_the_same_schedules_find_frames_that_follow_a_revoked_policy()
    {
        var (fault, _) = Run(salt: 2, Schedules / 2, hasLease: false);
        Assert.True(fault is not null && (fault.Contains("revoked", StringComparison.Ordinal)
            || fault.Contains("does without", StringComparison.Ordinal)), $"found: {fault ?? "nothing"}, {Seeded.Note}");
    }

    private static (string? Fault, long NicFrames) Run(int salt, int schedules, bool hasLease)
    {
        var random = Seeded.Random(salt);
        long nicFrames = 0;
        for (var done = 0; done < schedules; done += PerRig)
        {
            using var rig = new ScheduleRig(random, hasLease);
            for (var schedule = 0; schedule < PerRig; schedule++)
            {
                Play(rig, random);
                if (Judge(rig) is { } fault) return ($"half {salt}, schedule {done + schedule}: {fault}", 0);
                rig.Clear();
            }

            nicFrames += rig.Nic.Counters.L1Frames + rig.Nic.Counters.L2Frames;
        }

        return (null, nicFrames);
    }

    private static void Play(ScheduleRig rig, Random random)
    {
        var fault = random.Next(4) * 0.1;
        var isRough = random.Next(16) == 0;
        for (var step = random.Next(10, 40); step > 0; step--)
        {
            var number = random.Next(ScheduleRig.FlowCount);
            switch (random.Next(20))
            {
                case < 3: rig.Put(number, Choices[random.Next(Choices.Length)]); break;
                case 3: rig.Delete(number); break;
                case 4 when random.Next(8) == 0: rig.Flush(); break;
                case 5 when random.Next(4) == 0: rig.Pull(); break;
                case 6 when isRough && random.Next(4) == 0: rig.Reset(); break;
                case 7 when isRough: rig.Nic.IsHung = !rig.Nic.IsHung; break;
                case 8 when isRough: rig.StandStill(isNic: random.Next(2) == 0, random.Next(20, 200)); break;
                case < 12: rig.Send(number, (ushort)random.Next(2)); break;
                case < 14: rig.Pass(random.Next(1, 25)); break;
                default: rig.Deliver(fault); break;
            }
        }
    }

    private static string? Judge(ScheduleRig rig)
    {
        if (!rig.Settle()) return "the two ends do not come to rest";
        if (rig.Fault is { } fault) return fault;
        if (rig.Kernel.StrayReports > 0) return "a report named an unknown flow or context";
        for (var number = 0; number < ScheduleRig.FlowCount; number++)
        {
            var ufid = ScheduleRig.UfidOf(number);
            rig.Kernel.TryGetFlow(ufid, out var flow);
            var counted = (flow?.Packets ?? 0) + rig.Gone[number] + rig.Missed[number];
            // A reset takes with it what the NIC had not reported yet.
            if (rig.WasReset ? counted > rig.Sent[number] : counted != rig.Sent[number])
                return $"flow {number}: {rig.Sent[number]} frames were sent and {counted} are counted, {Seeded.Note}";
            if (rig.Nic.L2.Knows(ufid) && flow is null) return $"the NIC still has flow {number}, {Seeded.Note}";
        }

        foreach (var copy in rig.Nic.L2.List())
        {
            rig.Kernel.TryGetFlow(copy.Ufid, out var flow);
            if (!copy.Actions.Equals(flow!.Actions) || (copy.Trap is null) != (flow.Offload == OffloadState.Yes))
                return $"{copy.Ufid} differs: {copy.Actions} and {flow.Actions}, {flow.Offload}, {Seeded.Note}";
            if (!rig.WasReset && copy.Trap is null && (copy.Packets, copy.Bytes) != (flow.Packets, flow.Bytes))
                return $"{copy.Ufid} has {copy.Packets} packets on the NIC and {flow.Packets} on the host, {Seeded.Note}";
        }

        return rig.Kernel.Account.Imbalance(rig.Kernel.QueuedFrames) == 0 ? null : "the account is wrong";
    }
}
