using Akka.TestKit;
using Fabric.OpenFlow;

namespace Fabric.Actors.Tests.OpenFlow;

/// <summary>A controller of the test's own on a bridge's <c>mgmt</c> socket; all of it happens on the test's thread.</summary>
internal sealed class RigClient
{
    private readonly TestProbe _owner;
    private readonly FabricClock _clock;
    private readonly OpenFlowConnection _link;
    private readonly PeerConnection _connection;
    private readonly byte[] _output = new byte[64 * 1024];
    private uint _xid = 1_000;

    public RigClient(NodeServices node, string server, string bridge, TestProbe owner, OpenFlowVersion version = OpenFlowVersion.V15)
    {
        (_owner, _clock) = (owner, node.Clock);
        var remote = ServerSockets.Active(node, server, bridge + ".mgmt");
        node.Memory.Dial(new RemoteState(remote.Text, remote, RemoteOptions.Near(remote)), owner);
        _connection = owner.ExpectMsg<PeerConnected>().Connection;
        _link = new OpenFlowConnection(1u << (int)version, 0, _clock.NowMs);
        _connection.Receive();
    }

    /// <summary>Sends requests and a barrier; returns what came back before its answer.</summary>
    public IReadOnlyList<OpenFlowMessage> Ask(params OpenFlowMessage[] requests)
    {
        while (!_link.IsReady)
        {
            Exchange();
            Assert.False(_link.TryTake(out _));
        }

        foreach (var request in requests) _link.Send(request with { Xid = ++_xid }, CodecContext.Default);
        _link.Send(new BarrierRequest { Xid = ++_xid }, CodecContext.Default);
        var answers = new List<OpenFlowMessage>();
        while (true)
        {
            Exchange();
            while (_link.TryTake(out var raw))
            {
                Assert.True(MessageCodec.TryDecode(raw.Span, CodecContext.Default, out var message, out var error), error.ToString());
                if (message is BarrierReply) return answers;
                answers.Add(message);
            }
        }
    }

    /// <summary>Sends a request; the result reads what came for it, when time has passed.</summary>
    public Func<OpenFlowMessage> Begin(OpenFlowMessage request)
    {
        _link.Send(request with { Xid = ++_xid }, CodecContext.Default);
        while (_link.TakeOutput(_output) is > 0 and var size) _connection.Send(_output.AsSpan(0, size));
        return () =>
        {
            while (true)
            {
                if (_link.TryTake(out var raw))
                {
                    Assert.True(MessageCodec.TryDecode(raw.Span, CodecContext.Default, out var answer, out _));
                    return answer;
                }

                Exchange();
            }
        };
    }

    /// <summary>Sends requests without waiting for answers.</summary>
    public void Send(params OpenFlowMessage[] requests)
    {
        foreach (var request in requests) _link.Send(request with { Xid = ++_xid }, CodecContext.Default);
        while (_link.TakeOutput(_output) is > 0 and var size) _connection.Send(_output.AsSpan(0, size));
    }

    /// <summary>What has come by now, and whether the connection has been closed.</summary>
    public IReadOnlyList<OpenFlowMessage> Read(out bool isClosed)
    {
        var answers = new List<OpenFlowMessage>();
        isClosed = false;
        while (_owner.HasMessages)
        {
            var happened = _owner.ReceiveOne(TimeSpan.FromSeconds(30));
            isClosed |= happened is PeerClosed;
            if (happened is not PeerReceived) continue;
            _link.Receive(_connection.Received, _clock.NowMs);
            _connection.Receive();
        }

        while (_link.TryTake(out var raw))
        {
            Assert.True(MessageCodec.TryDecode(raw.Span, CodecContext.Default, out var message, out var error), error.ToString());
            answers.Add(message);
        }

        return answers;
    }

    public void Add(string rule) => Change(rule, FlowModCommand.Add);

    public void Change(string rule, FlowModCommand command)
    {
        Assert.True(RuleText.TryParse(rule, NoOpenFlowPorts.Instance, out var mod, out var error, command), error);
        Assert.Empty(Ask(new FlowModMessage(mod)));
    }

    /// <summary>The bridge's rules without their counters, sorted.</summary>
    public IReadOnlyList<string> Rules(ulong? cookie = null) => [.. Statistics(cookie).Select(rule => RuleText.Format(new FlowMod
    {
        Table = rule.Table, Priority = rule.Priority, Match = rule.Match, Cookie = rule.Cookie, Actions = rule.Actions,
    })).Order(StringComparer.Ordinal)];

    public IReadOnlyList<RuleStatistics> Statistics(ulong? cookie = null)
    {
        var filter = cookie is { } only ? new RuleFilter { Cookie = only, CookieMask = ulong.MaxValue } : new RuleFilter();
        return [.. Ask(new RuleStatisticsRequest(filter)).OfType<RuleStatisticsReply>().SelectMany(reply => reply.Rules)];
    }

    private void Exchange()
    {
        while (_link.TakeOutput(_output) is > 0 and var size) _connection.Send(_output.AsSpan(0, size));
        var happened = _owner.ReceiveOne(TimeSpan.FromSeconds(30));
        Assert.IsType<PeerReceived>(happened);
        _link.Receive(_connection.Received, _clock.NowMs);
        _connection.Receive();
    }
}
