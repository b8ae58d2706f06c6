using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>Properties D3, D4, D6 and D7 of <see cref="KernelDatapath"/>: what it promises the agent about the NIC.</summary>
public sealed class OffloadProtocolTests
{
    private static readonly Ufid One = new(1, 1);
    private static readonly Ufid Two = new(2, 2);

    [Fact]
    public void Every_change_reaches_the_hook_once_and_in_order()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Put(One, 1, KernelFixture.To(2), 1);
        fixture.Kernel.FlowModify(One, KernelFixture.To(3));
        fixture.Kernel.FlowModify(One, KernelFixture.To(3));
        fixture.Put(Two, 1, KernelFixture.To(4), 2);
        fixture.Kernel.FlowDelete(One);
        fixture.Kernel.FlowDelete(One);
        fixture.Put(Two, 1, KernelFixture.To(4), 3);
        fixture.Kernel.FlowFlush();

        Assert.Equal([("put", One), ("put", One), ("delete", One), ("put", Two), ("flush", default)], fixture.Messages);
    }

    [Fact]
    public void Only_the_answer_to_the_last_offer_decides_the_state()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Kernel.FlowModify(One, KernelFixture.To(3));
        Assert.True(fixture.Kernel.TryGetFlow(One, out var flow));
        Assert.Equal(OffloadState.Requested, flow.Offload);
        fixture.Kernel.OffloadResult(One, true, null);
        Assert.Equal(OffloadState.Requested, flow.Offload);
        fixture.Kernel.OffloadResult(One, false, "no such port");
        Assert.Equal((OffloadState.Refused, "no such port"), (flow.Offload, flow.OffloadReason));
    }

    [Fact]
    public void A_delete_is_complete_when_the_nic_confirms_it_with_its_last_statistics()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Kernel.OffloadResult(One, true, null);
        fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(One, 10, 1_000, 50, 0x02)]);
        Assert.True(fixture.Kernel.FlowDelete(One));

        Assert.Empty(fixture.Removed);
        Assert.True(fixture.Kernel.IsDeletePending(One));
        Assert.False(fixture.Kernel.TryGetFlow(One, out _));
        fixture.Kernel.OffloadDeleted(One, new OffloadStatistics(One, 12, 1_200, 60, 0x10));

        Assert.False(fixture.Kernel.IsDeletePending(One));
        Assert.Equal([new FlowRemoved(One, FlowRemovalReason.Deleted, 12, 1_200, 0, 60, 0x12)], fixture.Removed);
    }

    [Fact]
    public void Without_a_nic_a_delete_is_complete_at_once()
    {
        var fixture = new KernelFixture(isOffloaded: false);
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Kernel.FlowDelete(One);
        Assert.Equal(FlowRemovalReason.Deleted, Assert.Single(fixture.Removed).Reason);
        Assert.Equal(0, fixture.Kernel.PendingDeletes);
    }

    [Fact]
    public void Answers_and_reports_for_a_deleted_flow_do_not_count_for_its_successor()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Kernel.FlowDelete(One);
        fixture.Put(One, 1, KernelFixture.To(3), 5);
        Assert.True(fixture.Kernel.TryGetFlow(One, out var successor));

        // The NIC answers in order: first put, a report in between, delete, second put.
        fixture.Kernel.OffloadResult(One, true, null);
        fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(One, 7, 700, 3, 0)]);
        Assert.Equal((OffloadState.Requested, 0L), (successor.Offload, successor.Packets));
        fixture.Kernel.OffloadDeleted(One, new OffloadStatistics(One, 8, 800, 4, 0));
        fixture.Kernel.OffloadResult(One, true, null);
        fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(One, 2, 200, 9, 0)]);

        Assert.Equal((OffloadState.Yes, 2L, 200L), (successor.Offload, successor.Packets, successor.Bytes));
        Assert.Equal(8, Assert.Single(fixture.Removed).Packets);
    }

    [Fact]
    public void Statistics_never_go_back_and_count_each_frame_once()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Receive(1, 10, RandomPackets.Packet(Seeds.Random(40)).Build());
        Assert.True(fixture.Kernel.TryGetFlow(One, out var flow));
        var hostBytes = flow.Bytes;
        OffloadStatistics[] reports = [new(One, 5, 500, 20, 0), new(One, 5, 500, 20, 0), new(One, 3, 300, 15, 0), new(One, 9, 900, 30, 0)];
        foreach (var report in reports)
        {
            var (packets, bytes, used) = (flow.Packets, flow.Bytes, flow.LastUsedMs);
            fixture.Kernel.ApplyOffloadStatistics([report]);
            Assert.True(flow.Packets >= packets && flow.Bytes >= bytes && flow.LastUsedMs >= used);
        }

        Assert.Equal((10L, hostBytes + 900, 30L), (flow.Packets, flow.Bytes, flow.LastUsedMs));
        // The NIC loses its tables and counts from 0 again.
        fixture.Kernel.OffloadReset();
        fixture.Kernel.ReofferAll(10);
        fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(One, 4, 400, 40, 0)]);
        Assert.Equal((14L, hostBytes + 1_300), (flow.Packets, flow.Bytes));
    }

    [Fact]
    public void A_flow_the_nic_lets_go_keeps_what_it_counted()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Kernel.OffloadResult(One, true, null);
        fixture.Kernel.OffloadResult(One, false, "rule pool is full", new OffloadStatistics(One, 6, 600, 7, 0));
        Assert.True(fixture.Kernel.TryGetFlow(One, out var flow));
        Assert.Equal((OffloadState.Refused, "rule pool is full", 6L), (flow.Offload, flow.OffloadReason, flow.Packets));
        fixture.Kernel.FlowModify(One, KernelFixture.To(3));
        fixture.Kernel.OffloadResult(One, true, null);
        fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(One, 1, 100, 9, 0)]);
        Assert.Equal(7, flow.Packets);
    }

    [Fact]
    public void A_flush_completes_the_deletes_before_it_and_none_after_it()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Kernel.FlowFlush();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Kernel.FlowDelete(One);
        Assert.Equal(2, fixture.Kernel.PendingDeletes);

        fixture.Kernel.OffloadResult(One, true, null);
        fixture.Kernel.OffloadFlushed();
        Assert.Equal([FlowRemovalReason.Flushed], fixture.Removed.Select(removed => removed.Reason));
        fixture.Kernel.OffloadResult(One, true, null);
        fixture.Kernel.OffloadDeleted(One, null);
        Assert.Equal([FlowRemovalReason.Flushed, FlowRemovalReason.Deleted], fixture.Removed.Select(removed => removed.Reason));
        Assert.Equal(0, fixture.Kernel.PendingDeletes);
    }

    [Fact]
    public void After_a_reset_deletes_are_complete_and_all_flows_are_offered_again_in_bounded_batches()
    {
        var fixture = new KernelFixture();
        fixture.ConnectTunnel();
        for (uint i = 1; i <= 4; i++) fixture.Put(new Ufid(0, i), i, KernelFixture.To(2), 0);
        fixture.Kernel.OffloadResult(new Ufid(0, 1), true, null);
        fixture.Kernel.FlowDelete(new Ufid(0, 4));
        fixture.Messages.Clear();

        fixture.Kernel.OffloadReset();
        Assert.Single(fixture.Removed);
        Assert.All(fixture.Kernel.Flows, flow => Assert.Equal(OffloadState.None, flow.Offload));
        Assert.Equal(5, fixture.Messages.Count(message => message.What == "tunnel"));
        Assert.Equal(2, fixture.Kernel.ReofferAll(2));
        // A flow put meanwhile is offered by its put and not a second time; one deleted meanwhile not at all.
        fixture.Put(new Ufid(0, 9), 20, KernelFixture.To(2), 5);
        fixture.Kernel.FlowDelete(new Ufid(0, 2));
        while (fixture.Kernel.ReofferAll(2) > 0) { }

        var offered = fixture.Messages.Where(message => message.What == "put").Select(message => message.Ufid.Low).ToArray();
        Assert.Equal(offered.Distinct().Count(), offered.Length);
        Assert.All(fixture.Kernel.Flows, flow => Assert.Contains(flow.Ufid.Low, offered));
    }

    /// <summary>
    /// A model NIC that answers late and in order: as long as it holds a policy it "forwards" by it. No policy is held once its delete or
    /// flush was reported complete, and the last report equals what it forwarded.
    /// </summary>
    [Fact]
    public void No_frame_follows_a_policy_after_its_delete_was_acknowledged()
    {
        for (var run = 0; run < 50; run++)
        {
            var random = Seeds.Random(200 + run);
            var fixture = new KernelFixture();
            var nic = new LateNic(fixture);
            for (var step = 0; step < 300; step++)
            {
                var ufid = new Ufid(0, (ulong)random.Next(1, 5));
                switch (random.Next(10))
                {
                    case < 3: fixture.Put(ufid, (uint)ufid.Low, KernelFixture.To((uint)random.Next(1, 5)), step); break;
                    case 3: fixture.Kernel.FlowModify(ufid, KernelFixture.To((uint)random.Next(1, 5))); break;
                    case 4: fixture.Kernel.FlowDelete(ufid); break;
                    case 5 when random.Next(10) == 0: fixture.Kernel.FlowFlush(); break;
                    case 6: nic.Report(random); break;
                    default: nic.Answer(random.Next(1, 4)); break;
                }

                nic.Accept();
                nic.Forward(random);
                nic.Check($"{Seeds.Note} run {run} step {step}");
            }

            while (nic.Answer(100)) nic.Accept();
            nic.Report(random);
            Assert.Equal(0, fixture.Kernel.PendingDeletes);
            Assert.Equal(nic.Forwarded, fixture.Kernel.Flows.Sum(flow => flow.Packets) + fixture.Removed.Sum(removed => removed.Packets)
                + nic.LostToFlush);
        }
    }

    private sealed class LateNic(KernelFixture fixture)
    {
        private readonly Dictionary<Ufid, long> _held = [];
        private readonly Queue<(string What, Ufid Ufid)> _requests = new();
        private readonly Dictionary<Ufid, long> _reported = [];
        private int _seen;

        public long Forwarded { get; private set; }

        /// <summary>A flush throws away what was not reported: the only statistics that may be lost.</summary>
        public long LostToFlush { get; private set; }

        public void Accept()
        {
            for (; _seen < fixture.Messages.Count; _seen++) _requests.Enqueue(fixture.Messages[_seen]);
        }

        public bool Answer(int count)
        {
            var any = false;
            for (; count > 0 && _requests.TryDequeue(out var request); count--)
            {
                any = true;
                switch (request.What)
                {
                    case "put":
                        _held.TryAdd(request.Ufid, 0);
                        _reported.TryAdd(request.Ufid, 0);
                        fixture.Kernel.OffloadResult(request.Ufid, true, null);
                        break;
                    case "delete":
                        _held.Remove(request.Ufid, out var packets);
                        _reported.Remove(request.Ufid);
                        fixture.Kernel.OffloadDeleted(request.Ufid, new OffloadStatistics(request.Ufid, packets, packets * 60, 0, 0));
                        break;
                    default:
                        foreach (var (ufid, held) in _held) LostToFlush += held - _reported[ufid];
                        _held.Clear();
                        _reported.Clear();
                        fixture.Kernel.OffloadFlushed();
                        break;
                }
            }

            return any;
        }

        public void Report(Random random)
        {
            foreach (var (ufid, packets) in _held.OrderBy(_ => random.Next()).ToArray())
            {
                fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(ufid, packets, packets * 60, 0, 0)]);
                _reported[ufid] = packets;
            }
        }

        public void Forward(Random random)
        {
            foreach (var ufid in _held.Keys.ToArray())
            {
                if (random.Next(2) == 0) continue;
                _held[ufid]++;
                Forwarded++;
            }
        }

        /// <summary>Whatever is held is either alive on the host or still waits for this NIC's word.</summary>
        public void Check(string note)
        {
            foreach (var ufid in _held.Keys)
                Assert.True(fixture.Kernel.TryGetFlow(ufid, out _) || fixture.Kernel.IsDeletePending(ufid),
                    $"{note}: {ufid} is still forwarded");
        }
    }
}
