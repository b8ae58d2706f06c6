using System.Buffers.Binary;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Pipelines that wait for a controller to let them go on. The controller holds a ticket; what it stands for stays here, so no action has
/// to be written out and read back. OVS hands out the state itself; the protocol calls it opaque, so controllers cannot tell.
/// <para>The ticket has the place of the bridge's UUID in OVS's form, so that ovs-ofctl, which reads what is opaque, can read it.</para>
/// </summary>
internal sealed class Continuations
{
    /// <summary>The oldest goes when there are more; its ticket is stale then.</summary>
    private const int Capacity = 4096;

    /// <summary>A property of 20 bytes, filled up to 24 (OVS: <c>NXCPT_BRIDGE</c>).</summary>
    private const int TicketSize = 24;
    private const uint BridgeProperty = 0x8000_0014;
    private const int NumberAt = 12;

    private readonly Dictionary<ulong, FrozenState> _states = [];
    private readonly Queue<ulong> _order = new();
    private ulong _last;

    public HexBytes Add(FrozenState state)
    {
        if (_states.Count == Capacity) _states.Remove(_order.Dequeue());
        _states.Add(++_last, state);
        _order.Enqueue(_last);
        Span<byte> ticket = stackalloc byte[TicketSize];
        ticket.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(ticket, BridgeProperty);
        BinaryPrimitives.WriteUInt64BigEndian(ticket[NumberAt..], _last);
        return new HexBytes(ticket);
    }

    /// <summary>Null for a ticket that is stale, or never was one. A packet may go on more than once, as with OVS.</summary>
    public FrozenState? Find(HexBytes ticket) =>
        ticket.Size == TicketSize && BinaryPrimitives.ReadUInt32BigEndian(ticket.Span) == BridgeProperty
            ? _states.GetValueOrDefault(BinaryPrimitives.ReadUInt64BigEndian(ticket.Span[NumberAt..])) : null;
}
