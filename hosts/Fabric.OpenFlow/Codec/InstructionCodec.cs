using System.Diagnostics.CodeAnalysis;
using E = Fabric.OpenFlow.OpenFlowError;

namespace Fabric.OpenFlow;

/// <summary>
/// What a rule does, on the wire: a list of actions in OpenFlow 1.0, instructions later (OVS: <c>ofpacts_pull_openflow_instructions</c>).
/// Either becomes one list, in which <see cref="GotoTableAction"/> and its like stand for instructions.
/// </summary>
public static class InstructionCodec
{
    internal const ushort WriteActionsType = 3;
    private const ushort GotoTableType = 1;
    private const ushort MetadataType = 2;
    private const ushort ApplyType = 4;
    private const ushort ClearType = 5;
    private const ushort MeterType = 6;
    private const ushort ExperimenterType = 0xffff;
    private const int Types = MeterType + 1;

    public static bool TryRead(ReadOnlySpan<byte> bytes, OpenFlowVersion version, TunnelOptionMap? map,
        [NotNullWhen(true)] out OpenFlowActions? actions, out OpenFlowError error)
    {
        var context = new ActionCodec.Context(version, map, 0);
        if (version == OpenFlowVersion.V10)
            return ActionCodec.TryReadNested(bytes, context, ActionOuter.None, InstructionSet.All, out actions, out error);
        actions = null;
        Span<Range> found = stackalloc Range[Types];
        error = Split(bytes, version, found);
        if (error != E.None) return false;
        var list = new List<OpenFlowAction>();
        if (Has(found, MeterType)) list.Add(new ApplyMeterAction(new WireReader(bytes[found[MeterType]][4..]).U32()));
        if (Has(found, ApplyType))
        {
            if (!ActionCodec.TryDecode(bytes[found[ApplyType]][8..], context, out var applied, out error)) return false;
            if (list.Count == 0 && found[..ApplyType].IndexOfAnyExcept(default(Range)) < 0 && !Has(found, ClearType))
                return Checked(applied, version, out actions, out error);
            list.AddRange(applied.Span);
        }

        if (Has(found, ClearType)) list.Add(new ClearActionsAction());
        if (Has(found, WriteActionsType))
        {
            if (!ActionCodec.TryDecode(bytes[found[WriteActionsType]][8..], context, out var written, out error)) return false;
            if (written.Any(a => !ActionNesting.IsForActionSet(a)))
            {
                error = E.BacBadType;
                return false;
            }

            list.Add(new WriteActionsAction(written));
        }

        AddRest(bytes, found, list);
        return Checked(OpenFlowActions.Take([.. list]), version, out actions, out error);
    }

    /// <summary>Appends what the list does, in the forms of <paramref name="version"/>.</summary>
    /// <param name="match">The rule's, which some forms depend on.</param>
    public static void Write(OpenFlowActions actions, OpenFlowVersion version, WireWriter writer, Match? match = null)
    {
        var encoder = new ActionEncoder(version, writer, match);
        var start = -1;
        foreach (var action in actions.Span)
        {
            var isApplied = version > OpenFlowVersion.V10
                && ActionNesting.InstructionOf(action, version) == InstructionSet.ApplyActions;
            if (isApplied && start < 0) start = BeginActions(ApplyType, writer);
            else if (!isApplied && start >= 0)
            {
                End(start, writer);
                start = -1;
            }

            encoder.Write(action);
        }

        if (start >= 0) End(start, writer);
    }

    internal static void WriteMeter(ApplyMeterAction action, WireWriter writer)
    {
        Begin(MeterType, 8, writer);
        writer.U32(action.MeterId);
    }

    internal static void WriteGotoTable(GotoTableAction action, WireWriter writer)
    {
        Begin(GotoTableType, 8, writer);
        writer.U8(action.Table);
        writer.Zeros(3);
    }

    internal static void WriteMetadata(WriteMetadataAction action, WireWriter writer)
    {
        Begin(MetadataType, 24, writer);
        writer.Zeros(4);
        writer.U64(action.Value);
        writer.U64(action.Mask);
    }

    internal static void WriteClearActions(WireWriter writer)
    {
        Begin(ClearType, 8, writer);
        writer.Zeros(4);
    }

    internal static int BeginActions(ushort type, WireWriter writer)
    {
        Begin(type, 0, writer);
        writer.Zeros(4);
        return writer.Size - 8;
    }

    /// <summary>Sets the length of an instruction with actions; one without any is taken back.</summary>
    internal static void End(int start, WireWriter writer)
    {
        if (writer.Size == start + 8) writer.Truncate(start);
        else writer.PatchU16(start + 2, (ushort)(writer.Size - start));
    }

    private static void Begin(ushort type, ushort size, WireWriter writer)
    {
        writer.U16(type);
        writer.U16(size);
    }

    private static bool Checked(OpenFlowActions list, OpenFlowVersion version, out OpenFlowActions? actions, out OpenFlowError error)
    {
        error = ActionNesting.Check(list.Span, version, InstructionSet.All, ActionOuter.None);
        actions = error == E.None ? list : null;
        return error == E.None;
    }

    private static void AddRest(ReadOnlySpan<byte> bytes, ReadOnlySpan<Range> found, List<OpenFlowAction> list)
    {
        if (Has(found, MetadataType))
        {
            var reader = new WireReader(bytes[found[MetadataType]][8..]);
            list.Add(new WriteMetadataAction(reader.U64(), reader.U64()));
        }

        if (Has(found, GotoTableType)) list.Add(new GotoTableAction(bytes[found[GotoTableType]][4]));
    }

    private static bool Has(ReadOnlySpan<Range> found, ushort type) => !found[type].Equals(default(Range));

    /// <summary>Where each instruction lies. None begins and ends at 0, so an empty range means that it is absent.</summary>
    private static OpenFlowError Split(ReadOnlySpan<byte> bytes, OpenFlowVersion version, Span<Range> found)
    {
        if (bytes.Length % 8 != 0) return E.BicBadLen;
        found.Clear();
        for (var at = 0; at < bytes.Length;)
        {
            var reader = new WireReader(bytes[at..]);
            var type = reader.U16();
            var size = reader.U16();
            if (size % 8 != 0 || size < 8 || size > bytes.Length - at) return E.BicBadLen;
            if (type == ExperimenterType) return E.BicBadExperimenter;
            if (type is 0 or > MeterType) return E.BicUnknownInst;
            if (type is ApplyType or WriteActionsType ? size < 8 : size != (type == MetadataType ? 24 : 8)) return E.BicBadLen;
            if (type == MeterType && version >= OpenFlowVersion.V15) return E.BicUnknownInst;
            if (Has(found, type)) return E.BicDupInst;
            found[type] = at..(at + size);
            at += size;
        }

        return E.None;
    }
}
