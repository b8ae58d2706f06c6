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
        if (at.Version == OpenFlowVersion.V10) return TryRead(ref reader, size, at, out actions);
        actions = null;
        if (size > reader.Remaining || size < 0) return at.Refuse(OpenFlowError.BrcBadLen);
        return InstructionCodec.TryRead(reader.Bytes(size), at.Version, at.Context.Options, out actions, out var error) || at.Refuse(error);
    }

    public static void WriteInstructions(OpenFlowActions actions, MessageWriter to)
    {
        if (to.Version == OpenFlowVersion.V10) Write(actions, to);
        else InstructionCodec.Write(actions, to.Version, to.Wire);
    }
}
