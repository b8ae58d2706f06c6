using Fabric.Conversations;
using Fabric.Flow;
using Fabric.Wire;
using static Fabric.Datapath.Tests.TrackerFixture;

namespace Fabric.Datapath.Tests;

/// <summary>The TCP states of <see cref="ConnectionTracker"/>, transition by transition.</summary>
public sealed class TcpTrackerTests
{
    private const CtState Est = CtState.Established, EstReply = CtState.Established | CtState.Reply;

    private readonly TrackerFixture _fixture = new();
    private readonly TestPacket _client = new();

    private TestPacket Server => _client.Answer();

    private CtState FromClient(TcpFlags flags, uint sequence, uint ack, int payload = 0, ushort window = 8192) => _fixture.Send(
        _client with { Flags = flags, Sequence = sequence, Ack = ack, Payload = new byte[payload], Window = window }, Commit);

    private CtState FromServer(TcpFlags flags, uint sequence, uint ack, int payload = 0, ushort window = 8192) => _fixture.Send(
        Server with { Flags = flags, Sequence = sequence, Ack = ack, Payload = new byte[payload], Window = window }, Commit);

    private (TcpConnectionState, TcpConnectionState) States() => (_fixture.Tcp().Original, _fixture.Tcp().Reply);

    private long TimeoutS() => _fixture.Only().TimeoutS;

    [Fact]
    public void Opening_talking_and_closing_go_through_their_states_and_times()
    {
        Assert.Equal(CtState.New, FromClient(TcpFlags.Syn, 1000, 0));
        Assert.Equal((TcpConnectionState.SynSent, TcpConnectionState.Closed), States());
        Assert.Equal(30, TimeoutS());

        Assert.Equal(EstReply, FromServer(TcpFlags.Syn | TcpFlags.Ack, 5000, 1001));
        Assert.Equal((TcpConnectionState.Established, TcpConnectionState.SynSent), States());
        Assert.Equal(30, TimeoutS());

        Assert.Equal(Est, FromClient(TcpFlags.Ack, 1001, 5001));
        Assert.Equal((TcpConnectionState.Established, TcpConnectionState.Established), States());
        Assert.Equal(86_400, TimeoutS());

        Assert.Equal(Est, FromClient(TcpFlags.Ack | TcpFlags.Psh, 1001, 5001, 100));
        Assert.Equal(EstReply, FromServer(TcpFlags.Ack, 5001, 1101, 200));

        Assert.Equal(Est, FromClient(TcpFlags.Fin | TcpFlags.Ack, 1101, 5201));
        Assert.Equal((TcpConnectionState.Closing, TcpConnectionState.Established), States());
        Assert.Equal(900, TimeoutS());

        Assert.Equal(EstReply, FromServer(TcpFlags.Ack, 5201, 1102));
        Assert.Equal((TcpConnectionState.FinWait2, TcpConnectionState.Established), States());

        Assert.Equal(EstReply, FromServer(TcpFlags.Fin | TcpFlags.Ack, 5201, 1102));
        Assert.Equal((TcpConnectionState.FinWait2, TcpConnectionState.Closing), States());
        Assert.Equal(45, TimeoutS());

        Assert.Equal(Est, FromClient(TcpFlags.Ack, 1102, 5202));
        Assert.Equal((TcpConnectionState.FinWait2, TcpConnectionState.FinWait2), States());
        Assert.Equal(30, TimeoutS());
    }

    [Fact]
    public void A_SYN_after_the_end_begins_another_connection()
    {
        _fixture.Open(_client);
        FromClient(TcpFlags.Fin | TcpFlags.Ack, 1001, 5001);
        FromServer(TcpFlags.Fin | TcpFlags.Ack, 5001, 1002);
        FromClient(TcpFlags.Ack, 1002, 5002);

        Assert.Equal(CtState.New, FromClient(TcpFlags.Syn, 90_000, 0));
        Assert.Equal((TcpConnectionState.SynSent, TcpConnectionState.Closed), States());
        // The old one waits for a sweep, unseen.
        Assert.Equal(2, _fixture.Tracker.Count);
        Assert.Equal(1, _fixture.Tracker.Sweep(_fixture.NowMs));
    }

    [Fact]
    public void A_repeated_SYN_is_new_and_prolongs()
    {
        FromClient(TcpFlags.Syn, 1000, 0);
        _fixture.NowMs += 20_000;
        Assert.Equal(CtState.New, FromClient(TcpFlags.Syn, 1000, 0));
        Assert.Equal(30, TimeoutS());
    }

    [Fact]
    public void A_reset_in_sequence_ends_the_connection_and_one_out_of_sequence_does_not()
    {
        _fixture.Open(_client);
        Assert.Equal(CtState.Invalid, FromServer(TcpFlags.Rst, 5100, 0));
        Assert.Equal((TcpConnectionState.Established, TcpConnectionState.Established), States());
        Assert.Equal(EstReply, FromServer(TcpFlags.Rst, 5001, 0));
        Assert.Equal((TcpConnectionState.TimeWait, TcpConnectionState.TimeWait), States());
        Assert.Equal(30, TimeoutS());
    }

    [Fact]
    public void Segments_outside_of_the_window_are_invalid_unless_nobody_checks()
    {
        _fixture.Open(_client);
        Assert.Equal(CtState.Invalid, FromClient(TcpFlags.Ack, 1001 + 8193u, 5001, 10));
        Assert.Equal(CtState.Invalid, FromServer(TcpFlags.Ack, unchecked(5001u - 20_000), 1001, 10));
        // Acknowledges far more than was sent.
        Assert.Equal(CtState.Invalid, FromServer(TcpFlags.Ack, 5001, 1001 + 200_000));
        Assert.Equal(3, _fixture.Tracker.InvalidCount);

        _fixture.Tracker.ChecksTcpSequence = false;
        Assert.Equal(Est, FromClient(TcpFlags.Ack, 1001 + 8193u, 5001, 10));
    }

    [Fact]
    public void A_scaled_window_lets_more_in()
    {
        byte[] scale = [1, 3, 3, 4];
        _fixture.Send(_client with { Flags = TcpFlags.Syn, Sequence = 1000, Options = scale }, Commit);
        _fixture.Send(Server with { Flags = TcpFlags.Syn | TcpFlags.Ack, Sequence = 5000, Ack = 1001, Options = scale }, Commit);
        Assert.Equal(Est, FromClient(TcpFlags.Ack, 1001, 5001));
        Assert.Equal(EstReply, FromServer(TcpFlags.Ack, 5001, 1001));
        var tcp = _fixture.Tcp();
        Assert.Equal((4, 4, 1, 1), (tcp.OriginalScale, tcp.ReplyScale, tcp.OriginalFlags, tcp.ReplyFlags));
        Assert.Equal(Est, FromClient(TcpFlags.Ack, 101_001, 5001, 1400));
    }

    [Fact]
    public void A_connection_picked_up_in_the_middle_is_new_until_it_is_answered()
    {
        Assert.Equal(CtState.New, FromClient(TcpFlags.Ack, 700_000, 300_000, 10));
        Assert.Equal(8, _fixture.Tcp().OriginalFlags);
        Assert.Equal(EstReply, FromServer(TcpFlags.Ack, 300_000, 700_010, 10));
        Assert.Equal(Est, FromClient(TcpFlags.Ack, 700_010, 300_010, 10));
    }

    [Theory]
    [InlineData(TcpFlags.Syn | TcpFlags.Ack)]
    [InlineData(TcpFlags.None)]
    [InlineData(TcpFlags.Fin)]
    [InlineData(TcpFlags.Syn | TcpFlags.Fin)]
    [InlineData(TcpFlags.Syn | TcpFlags.Rst)]
    [InlineData(TcpFlags.Psh)]
    [InlineData(TcpFlags.Urg | TcpFlags.Rst)]
    public void Impossible_flags_and_half_an_opening_begin_nothing(TcpFlags flags)
    {
        Assert.Equal(CtState.Invalid, FromClient(flags, 1, 1));
        Assert.Empty(_fixture.Tracker.Dump(_fixture.NowMs));
    }

    [Fact]
    public void Each_policy_gives_its_own_time_for_each_state()
    {
        _fixture.Tracker.SetTimeouts(3, CtTimeouts.Default with
        {
            TcpSynSentS = 3, TcpSynReceivedS = 4, TcpEstablishedS = 5, TcpFinWaitS = 6, TcpTimeWaitS = 7, TcpCloseS = 8,
        });
        var commit = new CtParameters(Commit: true, Timeout: "3");
        var times = new List<long>();
        foreach (var (packet, flags, sequence, ack) in new (TestPacket, TcpFlags, uint, uint)[]
        {
            (_client, TcpFlags.Syn, 1000, 0), (Server, TcpFlags.Syn | TcpFlags.Ack, 5000, 1001), (_client, TcpFlags.Ack, 1001, 5001),
            (_client, TcpFlags.Fin | TcpFlags.Ack, 1001, 5001), (Server, TcpFlags.Fin | TcpFlags.Ack, 5001, 1002),
            (_client, TcpFlags.Ack, 1002, 5002),
        })
        {
            _fixture.Send(packet with { Flags = flags, Sequence = sequence, Ack = ack }, commit);
            times.Add(TimeoutS());
        }

        Assert.Equal([3, 4, 5, 6, 7, 8], times);
    }

    [Fact]
    public void A_connection_ends_when_its_time_is_over_and_not_before()
    {
        FromClient(TcpFlags.Syn, 1000, 0);
        _fixture.NowMs += 29_999;
        Assert.Single(_fixture.Tracker.Dump(_fixture.NowMs));
        Assert.Equal(0, _fixture.Tracker.Sweep(_fixture.NowMs));
        _fixture.NowMs += 1;
        Assert.Empty(_fixture.Tracker.Dump(_fixture.NowMs));
        Assert.Equal(1, _fixture.Tracker.Sweep(_fixture.NowMs));
        Assert.Equal(0, _fixture.Tracker.Count);
    }
}
