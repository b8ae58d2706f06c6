using E = Fabric.OpenFlow.OpenFlowError;

namespace Fabric.OpenFlow;

/// <summary>
/// One property of OpenFlow 1.3 and later: type, length, value, padded to a multiple of 8 bytes (OVS: <c>ofpprop_pull</c>). Type 0xffff has
/// an experimenter and its own type in front of the value.
/// </summary>
public readonly ref struct WireProperty
{
    private const ushort ExperimenterType = 0xffff;

    private WireProperty(uint type, uint experimenter, ReadOnlySpan<byte> value)
    {
        Type = type;
        Experimenter = experimenter;
        Value = value;
    }

    /// <summary>With an experimenter, its type.</summary>
    public uint Type { get; }

    /// <summary>0 for properties of the specification.</summary>
    public uint Experimenter { get; }

    public ReadOnlySpan<byte> Value { get; }

    public static bool TryRead(ref WireReader reader, out WireProperty property, out OpenFlowError error)
    {
        property = default;
        error = E.BpcBadLen;
        if (reader.Remaining < 4) return false;
        var type = reader.U16();
        var size = reader.U16();
        if (size < 4 || ((size + 7) & ~7) - 4 > reader.Remaining) return false;
        var value = reader.Bytes(size - 4);
        reader.Skip(-size & 7);
        error = E.None;
        if (type != ExperimenterType)
        {
            property = new WireProperty(type, 0, value);
            return true;
        }

        error = E.BpcBadLen;
        if (value.Length < 8) return false;
        var head = new WireReader(value);
        var (experimenter, own) = (head.U32(), head.U32());
        error = experimenter == 0 ? E.BpcBadExperimenter : E.None;
        property = new WireProperty(own, experimenter, head.Rest);
        return experimenter != 0;
    }

    /// <summary>Begins a property; <see cref="End"/> closes it.</summary>
    /// <returns>What to give to <see cref="End"/>.</returns>
    public static int Begin(WireWriter writer, ushort type)
    {
        writer.U16(type);
        writer.U16(0);
        return writer.Size - 4;
    }

    /// <inheritdoc cref="Begin"/>
    public static int BeginExperimenter(WireWriter writer, uint experimenter, uint type)
    {
        var start = Begin(writer, ExperimenterType);
        writer.U32(experimenter);
        writer.U32(type);
        return start;
    }

    public static void End(WireWriter writer, int start)
    {
        writer.PatchU16(start + 2, (ushort)(writer.Size - start));
        writer.PadTo8(start);
    }
}
