using System.Buffers.Binary;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>A flow mod as bytes, taken apart by hand: where match and actions are, and what the codec says of them.</summary>
internal sealed record FlowModBytes(byte[] Bytes, OpenFlowVersion Version)
{
    /// <summary>Nicira's form with an NXM match, in OpenFlow 1.0.</summary>
    public bool IsNxm => Bytes[0] == 1 && Bytes[1] == 4;

    public Range Match => 8 <= Bytes.Length && Version == OpenFlowVersion.V10 && !IsNxm ? 8..48 : 48..MatchEnd;

    public Range Actions => Version == OpenFlowVersion.V10 && !IsNxm ? 72..Bytes.Length : MatchEnd..Bytes.Length;

    private int MatchSize => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(IsNxm ? 40 : 50));

    private int MatchEnd => Math.Min(Bytes.Length, 48 + ((MatchSize + 7) & ~7));

    /// <summary>All that a switch checks of them, in its order.</summary>
    public OpenFlowError Read(out Match match, out OpenFlowActions actions)
    {
        actions = OpenFlowActions.Drop;
        if (!TryReadMatch(out match, out var error)) return error;
        if (!MatchCodec.HasFittingConnection(match)) return OpenFlowError.BacMatchInconsistent;
        if (!InstructionCodec.TryRead(Bytes.AsSpan(Actions), Version, null, out var list, out error)) return error;
        actions = list;
        return ActionCheck.Check(actions, match, Version, table: Version == OpenFlowVersion.V10 ? ActionCheck.AnyTable : Bytes[24]);
    }

    public void WriteMatch(Match match, WireWriter writer)
    {
        if (Version > OpenFlowVersion.V10) MatchCodec.Write(match, Version, writer);
        else if (IsNxm) MatchCodec.WriteNxm(match, default, writer);
        else FixedMatchCodec.Write10(match, writer);
    }

    private bool TryReadMatch(out Match match, out OpenFlowError error)
    {
        var reader = new WireReader(Bytes.AsSpan(Version == OpenFlowVersion.V10 && !IsNxm ? 8 : 48));
        Match? found;
        error = OpenFlowError.None;
        if (Version > OpenFlowVersion.V10) MatchCodec.TryRead(ref reader, null, out found, out error);
        else if (IsNxm) MatchCodec.TryReadNxm(ref reader, MatchSize, null, EntryRules.WithCookie, out found, out _, out error);
        else found = FixedMatchCodec.Read10(ref reader);
        match = found ?? Fabric.OpenFlow.Match.Any;
        return found is not null;
    }
}
