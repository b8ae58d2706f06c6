using Fabric.Conversations;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>Properties R1 to R3 of <see cref="FragmentReassembler"/>, in a kernel datapath.</summary>
public sealed class FragmentTests
{
    private static readonly int[] s_sizes = [1448, 1448];

    private readonly KernelFixture _fixture = new(isOffloaded: false);
    private readonly TestPacket _udp = new() { Proto = IpProtocol.Udp, Payload = new byte[3500] };

    private FragmentReassembler Fragments => _fixture.Kernel.Fragments;

    private void Track(CtParameters ct) => _fixture.Put(new Ufid(1, 1), 1, new DatapathActions(new CtAction(ct), Out(2), Out(3)), 0);

    private static OutputAction Out(uint port) => new(new OdpPort(port));

    private string[] Sent(uint port) => [.. _fixture.Transmitted.Where(t => t.Port == port).Select(t => t.Hex)];

    private static string[] Hex(IEnumerable<byte[]> frames) => [.. frames.Select(Convert.ToHexString)];

    [Fact]
    public void Fragments_wait_for_the_last_and_leave_in_order_translated()
    {
        foreach (var v6 in (bool[])[false, true])
        {
            foreach (var order in (int[][])[[0, 1, 2], [2, 1, 0], [1, 2, 0]])
            {
                _fixture.Transmitted.Clear();
                _fixture.Kernel.Connections.Flush();
                var outside = v6 ? "fd01::1" : "10.1.1.1";
                Track(new CtParameters(Commit: true, Nat: new CtNat(Source: true, AddressLow: outside)));
                var packet = v6 ? ConnectionTrackerTests.V6(_udp) : _udp;
                var pieces = packet.Fragments(s_sizes);
                for (var i = 0; i < 3; i++)
                {
                    Assert.Empty(_fixture.Transmitted);
                    Assert.Equal(i, Fragments.HeldCount);
                    _fixture.Receive(1, 0, pieces[order[i]]);
                    _fixture.AssertBalanced();
                }

                var expected = Hex((packet with { Source = IpAddress.Parse(outside) }).Fragments(s_sizes));
                Assert.Equal(expected, Sent(2));
                Assert.Equal(expected, Sent(3));
                Assert.Equal(0, Fragments.HeldCount);
            }
        }

        Assert.Equal((9, 9), (Fragments.StatusV4.Accepted, Fragments.StatusV4.CompletedSent));
    }

    [Fact]
    public void What_never_becomes_whole_leaves_as_invalid_when_its_time_is_up()
    {
        Track(new CtParameters());
        var pieces = _udp.Fragments(s_sizes);
        _fixture.Receive(1, 0, pieces[0], pieces[2]);
        var other = (_udp with { Payload = new byte[8] }).Build();
        _fixture.Receive(1, FragmentReassembler.TimeoutMs, other);
        Assert.Equal(Hex([other]), Sent(2));
        _fixture.Receive(1, FragmentReassembler.TimeoutMs + 1, other);
        Assert.Equal(Hex([other, other, pieces[0], pieces[2]]), Sent(2));
        Assert.Equal(2, Fragments.StatusV4.ExpiredSent);
        _fixture.AssertBalanced();
    }

    [Fact]
    public void What_nobody_comes_for_is_dropped_and_counted()
    {
        Track(new CtParameters());
        _fixture.Receive(1, 0, _udp.Fragments(s_sizes)[..2]);
        _fixture.Kernel.Upkeep(FragmentReassembler.TimeoutMs + FragmentReassembler.PurgeAfterMs - 1);
        Assert.Equal(2, Fragments.HeldCount);
        _fixture.Kernel.Upkeep(FragmentReassembler.TimeoutMs + FragmentReassembler.PurgeAfterMs);
        Assert.Equal((0, 2), (Fragments.HeldCount, Fragments.StatusV4.Purged));
        Assert.Equal(2, _fixture.Kernel.Account.Drops[DropReason.ReassemblyTimeout]);
        _fixture.AssertBalanced();
        Assert.Equal(0, _fixture.Pool.Outstanding);
    }

    [Fact]
    public void Overlapping_small_and_damaged_fragments_pass_at_once_as_invalid()
    {
        Track(new CtParameters());
        var pieces = _udp.Fragments(s_sizes);
        _fixture.Receive(1, 0, pieces[0], pieces[0]);
        Assert.Equal((1, 1), (Fragments.HeldCount, Fragments.StatusV4.Overlapping));
        _fixture.Receive(1, 0, (_udp with { Id = 7 }).Fragments(800)[0]);
        Assert.Equal((1, 1), (Fragments.HeldCount, Fragments.StatusV4.TooSmall));
        var damaged = (_udp with { Id = 8 }).Fragments(s_sizes)[0];
        damaged[24] ^= 1;
        _fixture.Receive(1, 0, damaged);
        Assert.Equal(1, Fragments.HeldCount);
        Assert.Equal(3, Sent(2).Length);
        _fixture.AssertBalanced();
    }

    [Fact]
    public void No_more_are_held_than_may_be()
    {
        Track(new CtParameters());
        Assert.True(Fragments.TrySetMaxFragments(3));
        Assert.False(Fragments.TrySetMaxFragments(5001));
        for (ushort i = 0; i < 5; i++) _fixture.Receive(1, 0, (_udp with { Id = i }).Fragments(s_sizes)[0]);
        Assert.Equal((3, 2), (Fragments.HeldCount, Sent(2).Length));
        _fixture.Kernel.DropQueued();
        Assert.Equal(0, Fragments.HeldCount);
        _fixture.AssertBalanced();
    }

    [Fact]
    public void Random_pieces_never_throw_and_none_is_lost()
    {
        var random = Seeds.Random(33);
        Track(new CtParameters(Commit: true, Nat: new CtNat(Source: true, AddressLow: "10.1.1.1")));
        var nowMs = 0L;
        for (var round = 0; round < 3_000; round++)
        {
            var packet = _udp with { Id = (ushort)random.Next(6), Payload = new byte[random.Next(1300, 4000)] };
            if (random.Next(3) == 0) packet = ConnectionTrackerTests.V6(packet);
            var pieces = packet.Fragments([8 * random.Next(150, 181), 8 * random.Next(150, 181)]);
            var piece = pieces[random.Next(pieces.Length)];
            if (random.Next(4) == 0) piece[random.Next(14, Math.Min(60, piece.Length))] ^= (byte)(1 << random.Next(8));
            if (random.Next(20) == 0) piece = piece[..random.Next(14, piece.Length)];
            _fixture.Receive(1, nowMs, piece);
            nowMs += random.Next(400);
            if (round % 97 == 0) _fixture.Kernel.Upkeep(nowMs);
            foreach (var upcall in _fixture.TakeUpcalls()) _fixture.Pool.Return(upcall.Frame);
            _fixture.AssertBalanced($"{Seeds.Note} round {round}");
        }

        _fixture.Kernel.DropQueued();
        Assert.Equal(0, _fixture.Pool.Outstanding);
        _fixture.AssertBalanced();
    }
}
