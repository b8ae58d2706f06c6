using Fabric.Agent;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>A connection to our switch; requests and replies are bytes.</summary>
internal sealed class OurConnection(OpenFlowSession session)
{
    private readonly MultipartAssembler _assembler = new();

    /// <param name="requests">One or more.</param>
    public IReadOnlyList<byte[]> Ask(byte[] requests)
    {
        foreach (var request in Split(requests))
        {
            if (!_assembler.TryDecode(
                    request, session.Version, session.CodecContext, OurSwitch.NowMs, out var message, out var asked, out var error))
                session.RefuseUnread(error, asked.Span);
            else if (message is not null) session.Receive(message, asked, OurSwitch.NowMs);
        }

        return Take();
    }

    /// <summary>What the switch has said by itself.</summary>
    public IReadOnlyList<byte[]> Take()
    {
        var replies = new List<byte[]>();
        while (session.TryTake(out var reply))
        {
            var wire = new WireWriter();
            MessageCodec.Encode(reply, session.Version, session.CodecContext, wire);
            replies.AddRange(Split(wire.ToArray()));
        }

        return replies;
    }

    private static IEnumerable<byte[]> Split(byte[] wire)
    {
        for (var at = 0; at < wire.Length;)
        {
            var size = (wire[at + 2] << 8) | wire[at + 3];
            yield return wire[at..(at + size)];
            at += size;
        }
    }
}
