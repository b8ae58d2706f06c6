using System.Diagnostics.CodeAnalysis;

namespace Fabric.OpenFlow;

/// <summary>Actions inside of messages: <see cref="ActionCodec"/> and <see cref="InstructionCodec"/> with the message's version.</summary>
internal static class WireActions
{
    public static bool TryRead(ref WireReader reader, int size, Decoding at, [NotNullWhen(true)] out OpenFlowActions? actions)
    {
        actions = null;
        if (size > reader.Remaining || size < 0) return at.Refuse(OpenFlowError.BrcBadLen);
        return ActionCodec.TryRead(reader.Bytes(size), at.Version, at.Context.Options, out actions, out var error) || at.Refuse(error);
    }

    public static void Write(OpenFlowActions actions, MessageWriter to) => ActionCodec.Write(actions, to.Version, to.Wire);

    /// <summary>In OpenFlow 1.0 actions stand where later versions have instructions.</summary>
    public static bool TryReadInstructions(ref WireReader reader, int size, Decoding at, [NotNullWhen(true)] out OpenFlowActions? actions)
    {
        actions = null;
        if (size > reader.Remaining || size < 0)
            return at.Refuse(at.Version == OpenFlowVersion.V10 ? OpenFlowError.BrcBadLen : OpenFlowError.BicBadLen);
        var bytes = reader.Bytes(size);
        if (at.Context.Workspace is { } known && known.TryFind(bytes, at.Version, out actions)) return true;
        if (!InstructionCodec.TryRead(bytes, at.Version, at.Context.Options, out actions, out var error)) return at.Refuse(error);
        at.Context.Workspace?.Remember(bytes, at.Version, actions);
        return true;
    }

    /// <param name="match">The rule's, on which the form of some actions depends.</param>
    public static void WriteInstructions(OpenFlowActions actions, Match match, MessageWriter to) =>
        InstructionCodec.Write(actions, to.Version, to.Wire, match);
}
