using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>A server whose commits become durable when the test says so.</summary>
internal sealed class ServerFixture
{
    public ServerFixture(OvsdbServerOptions? options = null)
    {
        Server = new OvsdbServer(options ?? new OvsdbServerOptions(), new Random(1));
        Database = new Database(Schemas.Parse(MonitoredSchema.Text), new Random(2));
        Server.AddDatabase(Database, 0);
    }

    public OvsdbServer Server { get; }

    public Database Database { get; }

    public OvsdbSession Connect(int probeIntervalMs = 0) => Server.Connect(new SessionOptions("test", probeIntervalMs), 0);

    public static void Send(OvsdbSession session, string text, long nowMs = 0) => session.Receive(Encoding.UTF8.GetBytes(text), nowMs);

    /// <summary>The messages that may leave now.</summary>
    public static List<string> Take(OvsdbSession session, long nowMs = 0)
    {
        var framer = new JsonFramer(1 << 30);
        var messages = new List<string>();
        byte[] buffer = new byte[1 << 16];
        for (int size; (size = session.TakeOutput(buffer, nowMs)) > 0;)
        {
            framer.Append(buffer.AsSpan(0, size));
            while (framer.TryTake(out var text)) messages.Add(Encoding.UTF8.GetString(text.Span));
        }
        Assert.Equal(0, framer.BufferedSize);
        return messages;
    }

    /// <summary>The sessions that the server has something to say to or about.</summary>
    public List<OvsdbSession> TakeReady()
    {
        var ready = new List<OvsdbSession>();
        while (Server.TryTakeReady(out var session)) ready.Add(session);
        return ready;
    }

    public void MakeDurable() => Server.Durable(Server.Committed);
}
