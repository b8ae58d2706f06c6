using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// All that a translation needs to go on where it stopped (OVS: <c>struct frozen_state</c>). Equal states share a recirculation id, so
/// equality is by value. Immutable once made.
/// </summary>
public sealed class FrozenState : IEquatable<FrozenState>
{
    /// <summary>
    /// Tunnel, registers, metadata and input port; everything else is read from the packet. A field, to be passed by reference.
    /// </summary>
    internal OpenFlowKey Metadata;

    /// <summary>
    /// Bits of sections 2 and 3 (tunnel) that are kept. The others were neither read nor written, so they may differ from packet to packet
    /// of a flow, and are what the packet still says when it comes back.
    /// </summary>
    internal (Vector256<byte> Tunnel, Vector256<byte> TunnelIpv6) Kept { get; init; } = AllKept;

    internal static (Vector256<byte> Tunnel, Vector256<byte> TunnelIpv6) AllKept =>
        (Vector256<byte>.AllBitsSet, Vector256<byte>.AllBitsSet);

    public required AgentBridge Bridge { get; init; }

    /// <summary>Where the lookup goes on, when there are no <see cref="Actions"/>.</summary>
    public required byte Table { get; init; }

    /// <summary>Pushed values, top last.</summary>
    internal IReadOnlyList<StackValue> Stack { get; init; } = [];

    internal IReadOnlyList<AgentMirror> Mirrored { get; init; } = [];

    /// <summary>The packet comes back with the state of its connection.</summary>
    public bool IsTracked { get; init; }

    internal bool WasMpls { get; init; }

    /// <summary>The port that the packet came in by, in the bridge where it did; null when it came from a controller.</summary>
    internal AgentPort? Input { get; init; }

    internal OpenFlowActions Actions { get; init; } = OpenFlowActions.Drop;

    internal OpenFlowActions ActionSet { get; init; } = OpenFlowActions.Drop;

    public HexBytes UserData { get; init; } = HexBytes.Empty;

    /// <summary>Input port as the packet's bridge numbered it.</summary>
    public OfpPort InPort => Metadata.InPort;

    /// <summary>Keeps of the packet what it cannot tell itself when it comes back.</summary>
    internal static OpenFlowKey MetadataOf(ref OpenFlowKey flow)
    {
        var metadata = default(OpenFlowKey);
        CopyMetadata(ref flow, ref metadata);
        return metadata;
    }

    /// <summary>Gives a packet that came back what was kept of it.</summary>
    internal void Restore(ref OpenFlowKey flow)
    {
        var tunnel = FlowKey.Section(ref flow.Packet, 2) & ~Kept.Tunnel;
        var tunnelIpv6 = FlowKey.Section(ref flow.Packet, 3) & ~Kept.TunnelIpv6;
        CopyMetadata(ref Metadata, ref flow);
        FlowKey.Section(ref flow.Packet, 2) |= tunnel;
        FlowKey.Section(ref flow.Packet, 3) |= tunnelIpv6;
    }

    public bool Equals(FrozenState? other) =>
        other is not null && Bridge == other.Bridge && Table == other.Table && IsTracked == other.IsTracked && WasMpls == other.WasMpls
        && Input == other.Input && Kept == other.Kept && Metadata.Equals(other.Metadata) && UserData.Equals(other.UserData)
        && Stack.SequenceEqual(other.Stack) && Mirrored.SequenceEqual(other.Mirrored)
        && Actions.Equals(other.Actions) && ActionSet.Equals(other.ActionSet);

    public override bool Equals(object? obj) => Equals(obj as FrozenState);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Bridge);
        hash.Add(Table);
        hash.Add(Metadata.GetHashCode());
        hash.Add(IsTracked);
        hash.Add(WasMpls);
        hash.Add(Input);
        hash.Add(Stack.Count);
        hash.Add(Actions);
        hash.Add(ActionSet);
        return hash.ToHashCode();
    }

    /// <summary>The same with other metadata.</summary>
    internal FrozenState With(in OpenFlowKey metadata) => new()
    {
        Bridge = Bridge, Table = 0, Stack = Stack, Mirrored = Mirrored, IsTracked = IsTracked, WasMpls = WasMpls, Metadata = metadata,
        // Without actions a table would be looked up, which has happened before the pause.
        Actions = Actions.Count > 0 ? Actions : new OpenFlowActions(new NoteAction(HexBytes.Empty)), ActionSet = ActionSet,
    };

    internal static void CopyMetadata(ref OpenFlowKey from, ref OpenFlowKey to)
    {
        CopyTunnel(ref from, ref to);
        to.Metadata = from.Metadata;
        to.InPort = from.InPort;
        for (var i = 0; i < RegisterFile.Count; i++) to.SetRegister(i, from.GetRegister(i));
    }

    private static void CopyTunnel(ref OpenFlowKey from, ref OpenFlowKey to)
    {
        FlowKey.Section(ref to.Packet, 2) = FlowKey.Section(ref from.Packet, 2);
        FlowKey.Section(ref to.Packet, 3) = FlowKey.Section(ref from.Packet, 3);
        to.Packet.ErspanIndex = from.Packet.ErspanIndex;
        OpenFlowKey.TunnelArea(ref from).CopyTo(OpenFlowKey.TunnelArea(ref to));
        to.TunnelPresent = from.TunnelPresent;
    }
}
