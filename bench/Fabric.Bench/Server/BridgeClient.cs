using System.Net.Sockets;
using Fabric.OpenFlow;

namespace Fabric.Bench.Server;

/// <summary>A controller's session on a bridge's <c>mgmt</c> socket, for the rules of a benchmark. It waits for each answer.</summary>
internal sealed class BridgeClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly OpenFlowConnection _link = new(1u << (int)OpenFlowVersion.V13, 0, 0);
    private readonly byte[] _bytes = new byte[64 * 1024];

    public BridgeClient(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    /// <exception cref="InvalidOperationException">A rule is wrong or was refused.</exception>
    public void Add(params string[] rules)
    {
        // Taking is what reads the greeting.
        while (!_link.TryTake(out _) && !_link.IsReady) Exchange();
        var xid = 1u;
        foreach (var text in rules)
        {
            if (!RuleText.TryParse(text, NoOpenFlowPorts.Instance, out var mod, out var error))
                throw new InvalidOperationException(error);
            _link.Send(new FlowModMessage(mod) { Xid = ++xid }, CodecContext.Default);
        }

        _link.Send(new BarrierRequest { Xid = ++xid }, CodecContext.Default);
        while (true)
        {
            while (_link.TryTake(out var raw))
            {
                if (!MessageCodec.TryDecode(raw.Span, CodecContext.Default, out var message, out _)) continue;
                if (message is BarrierReply) return;
                if (message is ErrorMessage refused) throw new InvalidOperationException($"a rule was refused: {refused.Error}");
            }

            Exchange();
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Exchange()
    {
        for (int size; (size = _link.TakeOutput(_bytes)) > 0;) _socket.Send(_bytes, size, SocketFlags.None);
        if (_link.IsReady && _socket.Available == 0 && !_socket.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead)) return;
        var read = _socket.Receive(_bytes);
        if (read == 0) throw new IOException("the bridge closed the connection");
        _link.Receive(_bytes.AsSpan(0, read), 0);
    }
}
