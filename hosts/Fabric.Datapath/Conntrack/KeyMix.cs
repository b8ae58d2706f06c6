using System.Numerics;

namespace Fabric.Datapath;

/// <summary>Mixing for seeded hashes of connection keys: it need only spread well, and differ from server to server.</summary>
internal static class KeyMix
{
    public static ulong Add(ulong state, ulong value) =>
        BitOperations.RotateLeft((state ^ value) * 0x9e37_79b9_7f4a_7c15, 31) * 0xbf58_476d_1ce4_e5b9;

    public static uint Finish(ulong state) => (uint)((state ^ (state >> 29)) * 0x94d0_49bb_1331_11eb >> 32);
}
