using Fabric.Conversations;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>
/// Frames in an order, each coming in by a port, with time passing between. The client is at port 1, the server at port 2.
/// </summary>
internal sealed class Conversation(string name, TestPacket packet)
{
    private readonly List<ConversationStep> _steps = [];

    public string Name { get; } = name;

    public IReadOnlyList<ConversationStep> Steps => _steps;

    /// <summary>Sends the conversation's packet, changed by each of these.</summary>
    public Conversation Client(params Func<TestPacket, TestPacket>[] changes)
    {
        foreach (var change in changes) _steps.Add(new ConversationStep(1, _ => [change(packet).Build()]));
        return this;
    }

    /// <summary>Answers what has arrived, or what would have without translation.</summary>
    public Conversation Server(params Func<TestPacket, TestPacket>[] changes)
    {
        foreach (var change in changes) _steps.Add(new ConversationStep(2, seen => [seen.Answering(2, change(packet.Answer())).Build()]));
        return this;
    }

    /// <summary>As they are.</summary>
    public Conversation From(int port, params byte[][] frames)
    {
        foreach (var frame in frames) _steps.Add(new ConversationStep(port, _ => [frame]));
        return this;
    }

    /// <summary>The server sends its answer in pieces, in this order.</summary>
    public Conversation ServerFragments(Func<TestPacket, TestPacket> change, int[] sizes, params int[] order)
    {
        _steps.Add(new ConversationStep(2, seen =>
        {
            var pieces = seen.Answering(2, change(packet.Answer())).Fragments(sizes);
            return [.. order.Select(i => pieces[i])];
        }));
        return this;
    }

    /// <summary>The server, or a router on its side, reports the last frame that has arrived there.</summary>
    public Conversation ServerError(byte type, byte code, int quotedSize = 10_000, string? router = null)
    {
        _steps.Add(new ConversationStep(2, seen =>
            [seen.Error(2, packet, type, code, quotedSize, router is null ? null : IpAddress.Parse(router))]));
        return this;
    }

    /// <summary>The client reports the last frame that has arrived there.</summary>
    public Conversation ClientError(byte type, byte code, int quotedSize = 10_000)
    {
        _steps.Add(new ConversationStep(1, seen => [seen.Error(1, packet.Answer(), type, code, quotedSize, null)]));
        return this;
    }

    public Conversation Wait(int ms)
    {
        _steps.Add(new ConversationStep(0, _ => [], ms));
        return this;
    }
}
