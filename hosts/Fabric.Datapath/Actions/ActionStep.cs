using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// One action made ready. <see cref="A"/> and <see cref="B"/> are its numbers, <see cref="Operand"/> what does not fit there.
/// </summary>
internal readonly struct ActionStep
{
    public required ActionOp Op { get; init; }

    /// <summary>Nothing follows, so the frame itself may be used up.</summary>
    public bool IsLast { get; init; }

    public uint A { get; init; }

    public uint B { get; init; }

    public object? Operand { get; init; }

    /// <summary>The action itself, for its text in a trace.</summary>
    public required DatapathAction Source { get; init; }
}

/// <summary>A field, because a record's property would copy the whole header on each access.</summary>
internal sealed class TunnelOperand(TunnelMetadata tunnel)
{
    public readonly TunnelMetadata Tunnel = tunnel with { IsPresent = true };

    /// <summary>Copies all but unused option bytes, which are most of the structure.</summary>
    public void CopyTo(ref TunnelMetadata target)
    {
        if (Tunnel.OptionsSize != 0)
        {
            target = Tunnel;
            return;
        }

        target.Id = Tunnel.Id;
        target.Source = Tunnel.Source;
        target.Destination = Tunnel.Destination;
        target.SourceV6 = Tunnel.SourceV6;
        target.DestinationV6 = Tunnel.DestinationV6;
        target.Flags = Tunnel.Flags;
        target.Tos = Tunnel.Tos;
        target.Ttl = Tunnel.Ttl;
        target.SourcePort = Tunnel.SourcePort;
        target.DestinationPort = Tunnel.DestinationPort;
        target.GbpId = Tunnel.GbpId;
        target.GbpFlags = Tunnel.GbpFlags;
        target.OptionsSize = 0;
        target.IsPresent = true;
        target.IsIpv6 = Tunnel.IsIpv6;
    }
}

internal sealed record BranchOperand(ActionProgram Greater, ActionProgram LessOrEqual)
{
    public bool LooksAgain => Greater.LooksAgain || LessOrEqual.LooksAgain;
}
