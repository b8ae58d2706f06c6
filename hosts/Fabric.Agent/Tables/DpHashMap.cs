using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Shares hash values among buckets by weight with Webster's method, so that the lightest bucket gets one at least (OVS:
/// <c>group_setup_dp_hash_table</c>).
/// </summary>
internal static class DpHashMap
{
    public const int MaxHashValues = 256;
    private const int MinHashValues = 16;

    /// <summary>Index of the bucket for each hash value; null when no table of at most 256 values does justice to the weights.</summary>
    public static byte[]? TryMake(IReadOnlyList<GroupBucket> buckets)
    {
        var total = buckets.Sum(b => (long)b.Weight);
        if (total == 0) return null;
        var least = buckets.Where(b => b.Weight > 0).Min(b => b.Weight);
        var wanted = (total + least - 1) / least;
        if (wanted > MaxHashValues || buckets.Count > MaxHashValues) return null;
        var size = Math.Max(MinHashValues, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)wanted));

        var map = new byte[size];
        var divisors = new int[buckets.Count];
        var values = buckets.Select(b => (double)b.Weight).ToArray();
        Array.Fill(divisors, 1);
        for (var hash = 0; hash < size; hash++)
        {
            var winner = 0;
            for (var i = 1; i < values.Length; i++)
                if (values[i] > values[winner]) winner = i;
            divisors[winner] += 2;
            values[winner] = (double)buckets[winner].Weight / divisors[winner];
            map[hash] = (byte)winner;
        }

        return map;
    }
}
