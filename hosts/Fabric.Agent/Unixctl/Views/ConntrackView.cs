using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>A datapath's connection tracker at one moment.</summary>
public sealed record ConntrackView
{
    public static ConntrackView Empty { get; } = new();

    public IReadOnlyList<CtEntry> Entries { get; init; } = [];

    /// <summary>With connections that have expired and no sweep has met.</summary>
    public int Count { get; init; }

    public uint MaxCount { get; init; } = 3_000_000;

    public bool ChecksTcpSequence { get; init; } = true;

    /// <summary>By zone; −1, which comes first, is every zone without a limit of its own.</summary>
    public IReadOnlyList<(int Zone, uint Limit, uint Count)> Limits { get; init; } = [];

    public FragmentStatus FragmentsV4 { get; init; }

    public FragmentStatus FragmentsV6 { get; init; }

    public int HeldFragments { get; init; }

    public uint MaxFragments { get; init; }

    /// <summary>A line for each packet of which fragments are held.</summary>
    public IReadOnlyList<string> FragmentLists { get; init; } = [];
}
