using System.Numerics;
using System.Runtime.Intrinsics;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>The sections of a key, or of a mask, that hold the headers which rules and the datapath see alike.</summary>
internal readonly record struct ReachHeaders(Vector256<byte> Base, Vector256<byte> Transport, Vector256<byte> Ipv6)
{
    private const int BaseSection = 0;
    private const int TransportSection = 1;
    private const int Ipv6Section = 4;

    public static ReachHeaders Of(ref FlowKey key) => new(
        FlowKey.Section(ref key, BaseSection), FlowKey.Section(ref key, TransportSection), FlowKey.Section(ref key, Ipv6Section));

    /// <summary>Of a masked key.</summary>
    public static ReachHeaders Of(FlowMatch match)
    {
        // Zero where the mask has no bits.
        match.TryGetSection(BaseSection, out var first, out _);
        match.TryGetSection(TransportSection, out var transport, out _);
        match.TryGetSection(Ipv6Section, out var ipv6, out _);
        return new ReachHeaders(first, transport, ipv6);
    }

    public static ReachHeaders operator &(in ReachHeaders one, in ReachHeaders other) =>
        new(one.Base & other.Base, one.Transport & other.Transport, one.Ipv6 & other.Ipv6);

    public ulong Hash(ulong seed)
    {
        var hash = Mix(Mix(seed, Base.AsUInt64()), Transport.AsUInt64());
        if (Ipv6 != Vector256<byte>.Zero) hash = Mix(hash, Ipv6.AsUInt64());
        return (hash ^ (hash >> 32)) * 0xc2b2_ae3d_27d4_eb4f;
    }

    private static ulong Mix(ulong hash, Vector256<ulong> words)
    {
        for (var i = 0; i < Vector256<ulong>.Count; i++) hash = (BitOperations.RotateLeft(hash, 5) ^ words[i]) * 0x9e37_79b9_7f4a_7c15;
        return hash;
    }
}
