using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>A packet that rules sent to controllers (OVS: <c>struct ofproto_async_msg</c>).</summary>
public sealed class PacketInEvent
{
    /// <summary>
    /// The packet's fields where the action was: what of them is no header is told to controllers. A field, to be passed by reference.
    /// </summary>
    public OpenFlowKey Flow;

    public required AgentBridge Bridge { get; init; }

    /// <summary>The whole frame; how much of it is sent is the sink's business (<see cref="MaxLength"/>, miss_send_len).</summary>
    public required HexBytes Data { get; init; }

    public required PacketInReason Reason { get; init; }

    /// <summary>Table of the rule, or of the last lookup.</summary>
    public required byte Table { get; init; }

    /// <summary>All ones when no rule sent it.</summary>
    public required ulong Cookie { get; init; }

    public required ushort MaxLength { get; init; }

    public required ushort ControllerId { get; init; }

    public HexBytes UserData { get; init; } = HexBytes.Empty;

    /// <summary>For <see cref="OvsAgent.Resume"/>; empty when the pipeline did not pause.</summary>
    public HexBytes Continuation { get; init; } = HexBytes.Empty;

    public OfpPort InPort => Flow.InPort;

    /// <summary>
    /// Input port, tunnel, registers, metadata, mark and connection: each with its whole value when it is set (OVS:
    /// <c>flow_get_metadata</c>).
    /// </summary>
    public Match ToPipelineFields()
    {
        var match = new Match();
        foreach (var field in Told)
            if (field.Get(ref Flow) is var value && value != 0) match.Set(field, value);
        foreach (var mapping in Bridge.TunnelOptions.Mappings)
            if ((Flow.TunnelPresent & 1UL << mapping.Index) != 0 && Bridge.TunnelOptions.FieldAt(mapping.Index) is { } option)
                match.Set(option, option.Get(ref Flow));
        return match.SetInPort(Flow.InPort);
    }

    private static IEnumerable<OpenFlowField> Told =>
    [
        OpenFlowFields.TunnelId, OpenFlowFields.TunnelSource, OpenFlowFields.TunnelDestination, OpenFlowFields.TunnelSourceV6,
        OpenFlowFields.TunnelDestinationV6, OpenFlowFields.TunnelGbpId, OpenFlowFields.TunnelGbpFlags, OpenFlowFields.Metadata,
        .. OpenFlowFields.Registers, OpenFlowFields.PacketMark, OpenFlowFields.CtState, OpenFlowFields.CtZone, OpenFlowFields.CtMark,
        OpenFlowFields.CtLabel,
    ];
}
