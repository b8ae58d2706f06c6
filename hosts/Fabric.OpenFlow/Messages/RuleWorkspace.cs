using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Fabric.OpenFlow;

/// <summary>
/// What the many flow mods of one connection are read with. A match is near two kilobytes, so there is one for all of them; and since the
/// rules of a program have few lists of actions among them, lists that were read lately are known by their bytes.
/// </summary>
public sealed class RuleWorkspace
{
    private const int MaxKnownSize = 256;

    private readonly Match _match = new();
    private readonly (OpenFlowVersion Version, byte[] Bytes, OpenFlowActions? Actions)[] _known =
        new (OpenFlowVersion, byte[], OpenFlowActions?)[64];

    /// <summary>The match, empty again.</summary>
    internal Match TakeMatch()
    {
        _match.Clear();
        return _match;
    }

    internal bool TryFind(ReadOnlySpan<byte> bytes, OpenFlowVersion version, [NotNullWhen(true)] out OpenFlowActions? actions)
    {
        ref var known = ref _known[SlotOf(bytes)];
        actions = known.Actions;
        return actions is not null && known.Version == version && bytes.SequenceEqual(known.Bytes);
    }

    /// <summary>These bytes were read as a list, and always will be.</summary>
    internal void Remember(ReadOnlySpan<byte> bytes, OpenFlowVersion version, OpenFlowActions actions)
    {
        if (bytes.Length <= MaxKnownSize) _known[SlotOf(bytes)] = (version, bytes.ToArray(), actions);
    }

    private int SlotOf(ReadOnlySpan<byte> bytes)
    {
        var hash = 0UL;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            hash = BitOperations.RotateLeft((hash ^ word) * 0x9e3779b97f4a7c15UL, 32);
        return (int)(hash % (uint)_known.Length);
    }
}
