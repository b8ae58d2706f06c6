using System.Numerics;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Hashes with OVS's values (its <c>lib/hash.c</c>, which is MurmurHash3 for x86-64 as Debian builds it).</summary>
public static class OvsHash
{
    /// <summary>OVS <c>hash_mac</c>, by which balance-slb chooses and which <c>bond/hash</c> prints.</summary>
    public static uint Mac(MacAddress mac, ushort vlan, uint basis)
    {
        var hash = Add(basis, (uint)mac.Value);
        hash = Add(hash, (uint)(mac.Value >> 32) | (uint)vlan << 16);
        return Finish(hash ^ 8);
    }

    private static uint Add(uint hash, uint data)
    {
        if (data != 0) hash ^= BitOperations.RotateLeft(data * 0xcc9e_2d51, 15) * 0x1b87_3593;
        return BitOperations.RotateLeft(hash, 13) * 5 + 0xe654_6b64;
    }

    private static uint Finish(uint hash)
    {
        hash = (hash ^ hash >> 16) * 0x85eb_ca6b;
        hash = (hash ^ hash >> 13) * 0xc2b2_ae35;
        return hash ^ hash >> 16;
    }
}
