using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>An <see cref="OvsdbServer"/> whose every commit is durable at once.</summary>
internal sealed class OurServer : IServerPeer
{
    private readonly Dictionary<int, (OvsdbSession Session, JsonFramer Framer)> _sessions = [];
    private long _nowMs;

    public OurServer(OvsdbServerOptions options, params DatabaseSchema[] schemas)
    {
        Server = new OvsdbServer(options, new Random(1));
        foreach (var schema in schemas) Server.AddDatabase(new Database(schema, new Random(2)), 0);
    }

    public OvsdbServer Server { get; }

    public OvsdbSession Session(int session) => _sessions[session].Session;

    public void Open(int session) => _sessions[session] = (Server.Connect(new SessionOptions($"test#{session}"), _nowMs), new JsonFramer());

    public void Close(int session)
    {
        _sessions[session].Session.Close("the test closes it");
        _sessions.Remove(session);
        Settle();
    }

    public void Send(int session, string bytes)
    {
        _sessions[session].Session.Receive(Encoding.UTF8.GetBytes(bytes), _nowMs);
        Settle();
    }

    public void Advance(int ms)
    {
        _nowMs += ms;
        Server.Tick(_nowMs);
        Settle();
    }

    public Dictionary<int, List<string>> Collect()
    {
        var messages = new Dictionary<int, List<string>>();
        byte[] buffer = new byte[4096];
        foreach (var (number, (session, framer)) in _sessions)
        {
            for (int size; (size = session.TakeOutput(buffer, _nowMs)) > 0;) framer.Append(buffer.AsSpan(0, size));
            messages[number] = [];
            while (framer.TryTake(out var text)) messages[number].Add(Encoding.UTF8.GetString(text.Span));
            Assert.Null(framer.Error);
        }
        return messages;
    }

    public bool IsClosed(int session) => _sessions[session].Session.IsClosed;

    public void Dispose()
    {
    }

    private void Settle()
    {
        while (Server.TryTakeCommit(out var commit)) Server.Durable(commit.Sequence);
    }
}
