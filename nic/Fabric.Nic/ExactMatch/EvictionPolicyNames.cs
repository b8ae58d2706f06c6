using System.Diagnostics.CodeAnalysis;

namespace Fabric.Nic;

/// <summary>The eviction policies by the names that a topology file uses.</summary>
public static class EvictionPolicyNames
{
    public static IReadOnlyList<string> All { get; } = ["clock", "lru", "random", "none"];

    public static bool TryCreate(string name, Random random, [NotNullWhen(true)] out IEvictionPolicy? policy)
    {
        policy = name switch
        {
            "clock" => new ClockEviction(),
            "lru" => new LruEviction(),
            "random" => new RandomEviction(random),
            "none" => new NoEviction(),
            _ => null,
        };
        return policy is not null;
    }
}
