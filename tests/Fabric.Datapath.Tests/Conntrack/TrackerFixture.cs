using Fabric.Conversations;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>A tracker, a clock to move, and frames to send through <c>ct</c>.</summary>
internal sealed class TrackerFixture
{
    public ConnectionTracker Tracker { get; } = new(7);

    public long NowMs { get; set; } = 1_000_000;

    /// <summary>What came of the last frame.</summary>
    public byte[] Frame { get; private set; } = [];

    public ConntrackMetadata Metadata;

    public static CtParameters Commit { get; } = new(Commit: true);

    public static CtParameters Look { get; } = new();

    public static CtParameters UnNat { get; } = new(Nat: new CtNat());

    /// <summary>A frame from outside: nothing is known of it.</summary>
    public CtState Send(TestPacket packet, CtParameters ct) => Send(packet.Build(), ct);

    public CtState Send(byte[] frame, CtParameters ct)
    {
        Metadata = default;
        Frame = frame;
        return Again(ct);
    }

    /// <summary>The same frame, once more through <c>ct</c>.</summary>
    public CtState Again(CtParameters ct)
    {
        Tracker.Track(Frame, ref Metadata, new CtOperand(ct), NowMs);
        return (CtState)Metadata.State & ~CtState.Tracked;
    }

    public CtEntry Only() => Assert.Single(Tracker.Dump(NowMs));

    public CtTcpInfo Tcp() => Only().Tcp!.Value;

    /// <summary>Opens a TCP connection; afterwards the client has sent 1001, the server 5001.</summary>
    public void Open(TestPacket client, CtParameters? ct = null)
    {
        ct ??= Commit;
        Assert.Equal(CtState.New, Send(client with { Flags = TcpFlags.Syn, Sequence = 1000 }, ct));
        var server = client.Answer();
        Assert.Equal(CtState.Established | CtState.Reply,
            Send(server with { Flags = TcpFlags.Syn | TcpFlags.Ack, Sequence = 5000, Ack = 1001 }, ct));
        Assert.Equal(CtState.Established, Send(client with { Flags = TcpFlags.Ack, Sequence = 1001, Ack = 5001 }, ct));
    }
}
