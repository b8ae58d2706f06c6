using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>
/// Which tunnel option is which of the fields <c>tun_metadata0</c> to <c>tun_metadata63</c> (OVS: <c>struct tun_table</c>). Immutable:
/// a change gives a new map, in which every field that stays keeps its place in the key, so rules made before remain right.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>T1: a field lies in one piece of the key's option area, at the first hole that is large enough. OVS also splits one over several
/// holes; here the table counts as full then.</item>
/// <item>T2: what <see cref="TryUnpack"/> puts into the fields, <see cref="Pack"/> gives back, in the order of the fields.</item>
/// </list>
/// </summary>
public sealed class TunnelOptionMap
{
    public const int FieldCount = 64;

    /// <summary>Bytes of all fields together.</summary>
    public const int MaxSpace = 256;

    /// <summary>Bytes of one field (RFC 8926 section 3.5: 31 words).</summary>
    public const int MaxOptionSize = 124;

    private const int OptionHeaderSize = 4;
    private const byte CriticalOption = 0x80;

    private readonly OpenFlowField?[] _fields;
    private readonly TunnelOptionMapping[] _mappings;

    private TunnelOptionMap(OpenFlowField?[] fields, TunnelOptionMapping[] mappings)
    {
        _fields = fields;
        _mappings = mappings;
    }

    public static TunnelOptionMap Empty { get; } = new(new OpenFlowField?[FieldCount], []);

    /// <summary>In the order of the fields.</summary>
    public IReadOnlyList<TunnelOptionMapping> Mappings => _mappings;

    /// <summary>The field <c>tun_metadata&lt;index&gt;</c> at its place in the key; null when no option is mapped to it.</summary>
    public OpenFlowField? FieldAt(int index) => _fields[index];

    /// <summary>
    /// <paramref name="field"/> itself, unless it is one of <see cref="OpenFlowFields.TunnelMetadata"/>: then as this map places it.
    /// </summary>
    public bool TryPlace(OpenFlowField field, [NotNullWhen(true)] out OpenFlowField? placed)
    {
        placed = field.TunnelIndex is { } index ? _fields[index] : field;
        return placed is not null;
    }

    /// <summary>The change as one whole: on an error nothing of it holds.</summary>
    public bool TryApply(
        TunnelOptionCommand command, IReadOnlyList<TunnelOptionMapping> mappings, out TunnelOptionMap changed, out OpenFlowError error)
    {
        error = OpenFlowError.None;
        changed = Empty;
        if (command == TunnelOptionCommand.Clear) return true;
        changed = this;
        if (command == TunnelOptionCommand.Delete)
        {
            changed = Without(mappings.Select(m => (int)m.Index));
            return true;
        }

        foreach (var mapping in mappings)
        {
            if (changed.TryAdd(mapping, out var next, out error))
            {
                changed = next;
                continue;
            }

            changed = this;
            return false;
        }

        return true;
    }

    /// <summary>
    /// Fills the option fields of <paramref name="key"/> from the options that its packet came with. False when these are malformed, an
    /// option has another size than mapped, or a critical one is unknown: such a packet is dropped.
    /// </summary>
    public bool TryUnpack(ref OpenFlowKey key)
    {
        OpenFlowKey.TunnelArea(ref key).Clear();
        key.TunnelPresent = 0;
        var options = FlowKey.MatchBytes(ref key.Packet).Slice(FlowKey.OptionsOffset, key.Packet.TunnelOptionsSize);
        while (options.Length > 0)
        {
            if (options.Length < OptionHeaderSize) return false;
            var size = (options[3] & 0x1f) * 4;
            if (OptionHeaderSize + size > options.Length) return false;
            if (TryFind(options, out var field))
            {
                if (field.Size != size) return false;
                field.SetBytes(ref key, options.Slice(OptionHeaderSize, size));
            }
            else if ((options[2] & CriticalOption) != 0)
            {
                return false;
            }

            options = options[(OptionHeaderSize + size)..];
        }

        return true;
    }

    /// <summary>
    /// Writes the options that <paramref name="key"/> has, as a GENEVE header holds them.
    /// </summary>
    /// <param name="options">At least <see cref="TunnelOptions.Size"/> bytes; what does not fit is left out.</param>
    /// <returns>Bytes written.</returns>
    public int Pack(ref OpenFlowKey key, Span<byte> options, out bool hasCritical)
    {
        hasCritical = false;
        var used = 0;
        foreach (var mapping in _mappings)
        {
            if ((key.TunnelPresent & (1UL << mapping.Index)) == 0) continue;
            if (used + OptionHeaderSize + mapping.OptionSize > Math.Min(options.Length, TunnelOptions.MaxUsed)) break;
            var option = options.Slice(used, OptionHeaderSize + mapping.OptionSize);
            BinaryPrimitives.WriteUInt16BigEndian(option, mapping.OptionClass);
            option[2] = mapping.OptionType;
            option[3] = (byte)(mapping.OptionSize / 4);
            _fields[mapping.Index]!.GetBytes(ref key, option[OptionHeaderSize..]);
            hasCritical |= (mapping.OptionType & CriticalOption) != 0;
            used += option.Length;
        }

        return used;
    }

    /// <summary>
    /// Turns a mask over option fields into one over the options themselves: headers exactly, bytes as the fields' masks say.
    /// </summary>
    /// <param name="key">With the options as they came.</param>
    /// <param name="optionMask">As long as those options.</param>
    public void PackMask(ref OpenFlowKey key, ref OpenFlowKey mask, Span<byte> optionMask)
    {
        var options = FlowKey.MatchBytes(ref key.Packet).Slice(FlowKey.OptionsOffset, key.Packet.TunnelOptionsSize);
        while (options.Length >= OptionHeaderSize)
        {
            var size = Math.Min((options[3] & 0x1f) * 4, options.Length - OptionHeaderSize);
            optionMask[..3].Fill(0xff);
            optionMask[3] = 0x1f;
            var bytes = optionMask.Slice(OptionHeaderSize, size);
            if (TryFind(options, out var field) && field.Size == size) field.GetBytes(ref mask, bytes);
            else bytes.Clear();
            options = options[(OptionHeaderSize + size)..];
            optionMask = optionMask[(OptionHeaderSize + size)..];
        }
    }

    /// <summary>With a field of its own that no option stands behind: a reader of messages may know a field's size and no more.</summary>
    internal bool TryAddUnnamed(int index, int size, out TunnelOptionMap changed)
    {
        changed = this;
        return TryFindHole(size, out var start) && TryPlaceAt(new(0xffff, (byte)index, (byte)size, (ushort)index), start, out changed);
    }

    private bool TryAdd(TunnelOptionMapping mapping, out TunnelOptionMap changed, out OpenFlowError error)
    {
        changed = this;
        error = mapping switch
        {
            _ when mapping.OptionSize % 4 != 0 || mapping.OptionSize > MaxOptionSize => OpenFlowError.NxttmfcBadOptLen,
            _ when mapping.Index >= FieldCount => OpenFlowError.NxttmfcBadFieldIdx,
            _ when _fields[mapping.Index] is not null => OpenFlowError.NxttmfcAlreadyMapped,
            _ when Array.Exists(_mappings, m => m.OptionClass == mapping.OptionClass && m.OptionType == mapping.OptionType) =>
                OpenFlowError.NxttmfcDupEntry,
            _ => OpenFlowError.None,
        };
        if (error != OpenFlowError.None) return false;
        if (TryFindHole(mapping.OptionSize, out var start)) return TryPlaceAt(mapping, start, out changed);
        error = OpenFlowError.NxttmfcTableFull;
        return false;
    }

    private bool TryPlaceAt(TunnelOptionMapping mapping, int start, out TunnelOptionMap changed)
    {
        var fields = (OpenFlowField?[])_fields.Clone();
        fields[mapping.Index] =
            OpenFlowFields.TunnelMetadata[mapping.Index].PlacedAt(OpenFlowKey.TunnelAreaOffset + start, mapping.OptionSize);
        changed = new TunnelOptionMap(fields, [.. _mappings.Append(mapping).OrderBy(m => m.Index)]);
        return true;
    }

    private TunnelOptionMap Without(IEnumerable<int> indexes)
    {
        var gone = indexes.ToHashSet();
        return new TunnelOptionMap(
            [.. _fields.Select((f, i) => gone.Contains(i) ? null : f)], [.. _mappings.Where(m => !gone.Contains(m.Index))]);
    }

    private bool TryFindHole(int size, out int start)
    {
        Span<bool> used = stackalloc bool[MaxSpace];
        foreach (var field in _fields)
            if (field is not null) used.Slice(field.Offset - OpenFlowKey.TunnelAreaOffset, field.Size).Fill(true);
        for (start = 0; start + size <= MaxSpace; start += 4)
            if (!used.Slice(start, size).Contains(true)) return true;
        return false;
    }

    private bool TryFind(ReadOnlySpan<byte> option, [NotNullWhen(true)] out OpenFlowField? field)
    {
        field = null;
        var optionClass = BinaryPrimitives.ReadUInt16BigEndian(option);
        foreach (var mapping in _mappings)
            if (mapping.OptionClass == optionClass && mapping.OptionType == option[2]) field = _fields[mapping.Index];
        return field is not null;
    }
}
