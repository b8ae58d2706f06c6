using System.Buffers.Binary;
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
        return Finish(hash, 8);
    }

    /// <summary>OVS <c>hash_int</c> and <c>hash_2words</c>.</summary>
    public static uint Number(uint value, uint basis) => Finish(Add(Add(value, 0), basis), 8);

    /// <summary>OVS <c>hash_uint64</c>.</summary>
    public static uint Number(ulong value) => Finish(Add(Add(0, (uint)value), (uint)(value >> 32)), 8);

    /// <summary>OVS <c>hash_boolean</c>.</summary>
    public static uint Boolean(bool value, uint basis) => (value ? 0xc2b7_3583 : 0xe90f_1258) ^ BitOperations.RotateLeft(basis, 1);

    /// <summary>OVS <c>hash_bytes</c>.</summary>
    public static uint Bytes(ReadOnlySpan<byte> bytes, uint basis)
    {
        var size = bytes.Length;
        var hash = basis;
        for (; bytes.Length >= 4; bytes = bytes[4..]) hash = Add(hash, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        if (bytes.Length == 0) return Finish(hash, (uint)size);
        uint last = 0;
        for (var i = bytes.Length - 1; i >= 0; i--) last = last << 8 | bytes[i];
        return Finish(Add(hash, last), (uint)size);
    }

    /// <summary>OVS <c>hash_add</c>.</summary>
    public static uint Add(uint hash, uint data)
    {
        if (data != 0) hash ^= BitOperations.RotateLeft(data * 0xcc9e_2d51, 15) * 0x1b87_3593;
        return BitOperations.RotateLeft(hash, 13) * 5 + 0xe654_6b64;
    }

    /// <summary>OVS <c>hash_finish</c>.</summary>
    public static uint Finish(uint hash, uint final)
    {
        hash ^= final;
        hash = (hash ^ hash >> 16) * 0x85eb_ca6b;
        hash = (hash ^ hash >> 13) * 0xc2b2_ae35;
        return hash ^ hash >> 16;
    }
}
