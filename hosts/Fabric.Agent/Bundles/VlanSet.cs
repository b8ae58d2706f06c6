using System.Collections;
using System.Runtime.CompilerServices;

namespace Fabric.Agent;

/// <summary>A set of VLAN ids (0 to 4095) with value equality: two settings of equal sets are equal.</summary>
[CollectionBuilder(typeof(VlanSet), nameof(Of))]
public sealed class VlanSet : IEquatable<VlanSet>, IEnumerable<ushort>
{
    public const int IdCount = 4096;

    private readonly ulong[] _bits = new ulong[IdCount / 64];

    private VlanSet(ReadOnlySpan<ushort> ids)
    {
        foreach (var id in ids) _bits[(id & 0xfff) >> 6] |= 1UL << (id & 63);
    }

    public static VlanSet All { get; } = new([.. Enumerable.Range(0, IdCount).Select(id => (ushort)id)]);

    /// <summary>Only the low twelve bits of each id count.</summary>
    public static VlanSet Of(ReadOnlySpan<ushort> ids) => new(ids);

    public bool Contains(ushort id) => (_bits[(id & 0xfff) >> 6] >> (id & 63) & 1) != 0;

    public bool Equals(VlanSet? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);

    public override bool Equals(object? obj) => Equals(obj as VlanSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var word in _bits) hash.Add(word);
        return hash.ToHashCode();
    }

    /// <summary>Ascending.</summary>
    public IEnumerator<ushort> GetEnumerator()
    {
        for (ushort id = 0; id < IdCount; id++)
            if (Contains(id)) yield return id;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
