using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>A client and one of our servers, connected by memory. Methods can be refused, as an older server refuses them.</summary>
internal sealed class ClientPipe(OvsdbServer server, OvsdbClient client)
{
    private readonly byte[] _buffer = new byte[4096];
    private JsonFramer _requests = new();

    /// <summary>Methods that are answered with "unknown method".</summary>
    public HashSet<string> Refused { get; } = [];

    /// <summary>All methods the client has asked for.</summary>
    public List<string> Asked { get; } = [];

    public OvsdbSession? Session { get; private set; }

    public long NowMs { get; set; }

    public List<ClientEvent> Events { get; } = [];

    public void Connect()
    {
        _requests = new JsonFramer();
        Session = server.Connect(new SessionOptions("pipe"), NowMs);
        client.Connected(NowMs);
        Pump();
    }

    public void Disconnect()
    {
        Session!.Close("cut");
        client.Disconnected("cut");
        Take();
    }

    /// <summary>Moves bytes both ways until nothing moves.</summary>
    public void Pump()
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            for (int size; (size = client.TakeOutput(_buffer)) > 0; moved = true) _requests.Append(_buffer.AsSpan(0, size));
            while (_requests.TryTake(out var text)) Pass(text);
            while (server.TryTakeCommit(out var commit)) server.Durable(commit.Sequence);
            for (int size; (size = Session!.TakeOutput(_buffer, NowMs)) > 0; moved = true) client.Receive(_buffer.AsSpan(0, size), NowMs);
        }
        Take();
    }

    private void Take()
    {
        while (client.TryTakeEvent(out var happened)) Events.Add(happened);
    }

    private void Pass(ReadOnlyMemory<byte> text)
    {
        Assert.True(JsonText.TryParse(text.ToArray(), out var document, out string? error), error);
        Assert.True(JsonRpcMessage.TryParse(document.RootElement, out var message, out error), error);
        Asked.Add(message.Method);
        string refused = Refused.FirstOrDefault(r => r == message.Method || r == $"{message.Method} {message.Params}") ?? "";
        if (refused.Length == 0) Session!.Receive(text.Span, NowMs);
        else client.Receive(Encoding.UTF8.GetBytes($$"""{"id":{{message.Id}},"error":"unknown method","result":null}"""), NowMs);
    }
}
