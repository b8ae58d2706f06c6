using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.OpenFlow;

/// <summary>
/// What an OpenFlow rule can match on: the datapath's key plus the fields that live only while a packet is in the tables (OVS: <c>struct
/// flow</c> with <c>regs</c>, <c>metadata</c>, <c>conj_id</c>). The same struct serves as value and as mask, so matching stays bitwise.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>O1: all fields are in network order, in 32-byte sections; sections 0 to 16 are the datapath key's, 17 holds no field, 18 and 19
/// are the registers, 20 the rest, 21 to 28 the tunnel options as <see cref="TunnelOptionMap"/> places them.</item>
/// <item>O2: the OpenFlow input port is a field of its own. The datapath's <see cref="FlowKey.InPort"/> is never matched by a rule.</item>
/// </list>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct OpenFlowKey : IEquatable<OpenFlowKey>
{
    public const int Size = TunnelAreaOffset + TunnelOptionMap.MaxSpace;

    /// <summary>Where the fields <c>tun_metadata0</c> to <c>tun_metadata63</c> lie.</summary>
    public const int TunnelAreaOffset = FlowKey.Size + 96;

    public const int SectionCount = Size / FlowKey.SectionSize;
    private const int UnmatchedSection = FlowKey.SectionCount;
    private const uint MatchedSections = ((1u << SectionCount) - 1) & ~(1u << UnmatchedSection);

    [FieldOffset(0)] public FlowKey Packet;
    [FieldOffset(FlowKey.Size)] private RegisterFile _registers;
    [FieldOffset(FlowKey.Size + 64)] private ulong _metadata;
    [FieldOffset(FlowKey.Size + 72)] private uint _conjunctionId;
    [FieldOffset(FlowKey.Size + 76)] private uint _actionSetOutput;
    [FieldOffset(FlowKey.Size + 80)] private ushort _inPort;

    [FieldOffset(FlowKey.Size + 88)] private ulong _tunnelPresent;

    /// <summary>The port number as the bridge counts (property O2).</summary>
    public OfpPort InPort { readonly get => new(ReverseEndianness(_inPort)); set => _inPort = ReverseEndianness(value.Value); }

    public ulong Metadata { readonly get => ReverseEndianness(_metadata); set => _metadata = ReverseEndianness(value); }

    /// <summary>Reserved for conjunctive matches: the id of the conjunction that a packet satisfied.</summary>
    public uint ConjunctionId { readonly get => ReverseEndianness(_conjunctionId); set => _conjunctionId = ReverseEndianness(value); }

    /// <summary>Reserved for <c>actset_output</c> of OpenFlow 1.5.</summary>
    public uint ActionSetOutput { readonly get => ReverseEndianness(_actionSetOutput); set => _actionSetOutput = ReverseEndianness(value); }

    /// <summary>Bit i: the packet has <c>tun_metadata&lt;i&gt;</c>.</summary>
    public ulong TunnelPresent { readonly get => ReverseEndianness(_tunnelPresent); set => _tunnelPresent = ReverseEndianness(value); }

    public readonly uint GetRegister(int index) => ReverseEndianness(_registers[index]);

    public void SetRegister(int index, uint value) => _registers[index] = ReverseEndianness(value);

    /// <summary>Forgets what a packet loses on its way through a patch port.</summary>
    public void ClearPipelineFields()
    {
        _registers = default;
        _metadata = 0;
        _conjunctionId = 0;
        _actionSetOutput = 0;
    }

    /// <summary>Forgets the tunnel options; the datapath's tunnel fields are not touched.</summary>
    public void ClearTunnelOptions()
    {
        TunnelArea(ref this).Clear();
        _tunnelPresent = 0;
    }

    public static ref Vector256<byte> Section(ref OpenFlowKey key, int index) =>
        ref Unsafe.AddByteOffset(ref Unsafe.As<OpenFlowKey, Vector256<byte>>(ref key), index * FlowKey.SectionSize);

    /// <summary>All bytes, the unmatched section included.</summary>
    public static Span<byte> AllBytes(ref OpenFlowKey key) => MemoryMarshal.CreateSpan(ref Unsafe.As<OpenFlowKey, byte>(ref key), Size);

    public static Span<byte> TunnelArea(ref OpenFlowKey key) => AllBytes(ref key)[TunnelAreaOffset..];

    /// <summary>One bit per section that is not all zero; the unmatched section has none.</summary>
    public static uint UsedSections(ref OpenFlowKey key)
    {
        uint used = 0;
        for (var sections = MatchedSections; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            if (Section(ref key, i) != Vector256<byte>.Zero) used |= 1u << i;
        }

        return used;
    }

    /// <summary><paramref name="key"/> with each bit cleared that <paramref name="mask"/> does not have.</summary>
    public static void And(ref OpenFlowKey key, ref OpenFlowKey mask, out OpenFlowKey result)
    {
        result = default;
        for (var sections = MatchedSections; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            Section(ref result, i) = Section(ref key, i) & Section(ref mask, i);
        }
    }

    /// <summary>Adds the bits of <paramref name="other"/> in the <paramref name="sections"/> given.</summary>
    public void Unite(ref OpenFlowKey other, uint sections = MatchedSections)
    {
        for (; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            Section(ref this, i) |= Section(ref other, i);
        }
    }

    /// <summary>Does <paramref name="key"/> agree with <paramref name="value"/> in every bit of <paramref name="mask"/>?</summary>
    public static bool Matches(ref OpenFlowKey key, ref OpenFlowKey mask, ref OpenFlowKey value, uint sections = MatchedSections)
    {
        for (; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            if ((Section(ref key, i) & Section(ref mask, i)) != Section(ref value, i)) return false;
        }

        return true;
    }

    /// <summary>A hash of <c>key &amp; mask</c> over <paramref name="sections"/>.</summary>
    public static uint HashMasked(ref OpenFlowKey key, ref OpenFlowKey mask, uint sections)
    {
        var hash = 0x9e3779b97f4a7c15UL;
        for (; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            var words = (Section(ref key, i) & Section(ref mask, i)).AsUInt64();
            hash = (BitOperations.RotateLeft(hash, 5) ^ words.GetElement(0)) * 0xc2b2ae3d27d4eb4fUL;
            hash = (BitOperations.RotateLeft(hash, 5) ^ words.GetElement(1)) * 0x9e3779b97f4a7c15UL;
            hash = (BitOperations.RotateLeft(hash, 5) ^ words.GetElement(2)) * 0xc2b2ae3d27d4eb4fUL;
            hash = (BitOperations.RotateLeft(hash, 5) ^ words.GetElement(3)) * 0x9e3779b97f4a7c15UL;
        }

        return (uint)(hash ^ (hash >> 32));
    }

    public bool Equals(OpenFlowKey other)
    {
        for (var sections = MatchedSections; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            if (Section(ref this, i) != Section(ref other, i)) return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is OpenFlowKey other && Equals(other);

    public override int GetHashCode()
    {
        var copy = this;
        return (int)HashMasked(ref copy, ref copy, MatchedSections);
    }
}
