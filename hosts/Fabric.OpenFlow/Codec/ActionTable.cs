using System.Collections.Frozen;
using static Fabric.OpenFlow.OpenFlowVersion;
using K = Fabric.OpenFlow.ActionKind;

namespace Fabric.OpenFlow;

/// <summary>
/// Every form of an action that Open vSwitch 3.1 has, but those of the network service header: its number in each version, and its size
/// (OVS: the comments of <c>enum ofp_raw_action_type</c> in <c>lib/ofp-actions.c</c>).
/// </summary>
internal static class ActionTable
{
    public const ushort Vendor = 0xffff;
    private const bool Variable = true;

    /// <summary>Size is the least one, header included; a variable action may be longer by multiples of 8 bytes.</summary>
    public static readonly ActionRow[] Rows =
    [
        Row(K.Output10, 8, Of(0, V10, V10)),
        Row(K.Output11, 16, Of(0, V11, V15)),
        Row(K.SetVlanVid10, 8, Of(1, V10, V10)),
        Row(K.SetVlanPcp10, 8, Of(2, V10, V10)),
        Row(K.SetVlanVid11, 8, Of(1, V11, V15)),
        Row(K.SetVlanPcp11, 8, Of(2, V11, V15)),
        Row(K.PushVlan, 8, Of(17, V11, V15)),
        Row(K.StripVlan, 8, Of(3, V10, V10)),
        Row(K.PopVlan, 8, Of(18, V11, V15)),
        Row(K.SetEthSource, 16, Of(4, V10, V10), Of(3, V11, V15)),
        Row(K.SetEthDestination, 16, Of(5, V10, V10), Of(4, V11, V15)),
        Row(K.SetNwSource, 8, Of(6, V10, V10), Of(5, V11, V15)),
        Row(K.SetNwDestination, 8, Of(7, V10, V10), Of(6, V11, V15)),
        Row(K.SetNwTos, 8, Of(8, V10, V10), Of(7, V11, V15)),
        Row(K.SetNwEcn, 8, Of(8, V11, V15)),
        Row(K.SetTpSource, 8, Of(9, V10, V15)),
        Row(K.SetTpDestination, 8, Of(10, V10, V15)),
        Row(K.Enqueue, 16, Of(11, V10, V10)),
        Row(K.SetMplsLabel, 8, Nx(30, V10, V10), Of(13, V11, V15)),
        Row(K.SetMplsTc, 8, Nx(31, V10, V10), Of(14, V11, V15)),
        Row(K.SetMplsTtl, 8, Nx(25, V10, V10), Of(15, V11, V15)),
        Row(K.DecMplsTtl, 8, Nx(26, V10, V10), Of(16, V11, V15)),
        Row(K.PushMpls, 8, Nx(23, V10, V10), Of(19, V11, V15)),
        Row(K.PopMpls, 8, Nx(24, V10, V10), Of(20, V11, V15)),
        Row(K.SetQueue, 8, Nx(4, V10, V10), Of(21, V11, V15)),
        Row(K.Group, 8, Nx(40, V10, V10), Of(22, V11, V15)),
        Row(K.SetNwTtl, 8, Of(23, V11, V15)),
        Row(K.DecNwTtl, 8, Nx(18, V10, V10), Of(24, V11, V15)),
        Row(K.DecTtlIds, 16, Variable, Nx(21)),
        Row(K.SetField12, 8, Variable, Of(25, V12, V14)),
        Row(K.SetField15, 8, Variable, Of(25, V15, V15)),
        Row(K.RegLoad, 24, Nx(7, V10, V14)),
        Row(K.RegLoad2, 16, Variable, Nx(33, V10, V14)),
        Row(K.CopyField15, 16, Variable, Of(28, V15, V15)),
        Row(K.CopyFieldOnf, 24, Variable, new ActionCode(OpenFlowErrors.OnfVendor, 3200, V13, V14)),
        Row(K.RegMove, 16, Variable, Nx(6, V10, V14)),
        Row(K.Meter, 8, Of(29, V15, V15)),
        Row(K.Resubmit, 16, Nx(1)),
        Row(K.ResubmitTable, 16, Nx(14)),
        Row(K.ResubmitTableCt, 16, Nx(44)),
        Row(K.SetTunnel, 16, Nx(2)),
        Row(K.SetTunnel64, 24, Nx(9)),
        Row(K.PopQueue, 16, Nx(5)),
        Row(K.Note, 16, Variable, Nx(8)),
        Row(K.Multipath, 32, Nx(10)),
        Row(K.Bundle, 32, Variable, Nx(12)),
        Row(K.BundleLoad, 32, Variable, Nx(13)),
        Row(K.OutputReg, 24, Nx(15)),
        Row(K.OutputReg2, 24, Nx(32)),
        Row(K.Learn, 32, Variable, Nx(16)),
        Row(K.Learn2, 40, Variable, Nx(45)),
        Row(K.Exit, 16, Nx(17)),
        Row(K.FinTimeout, 16, Nx(19)),
        Row(K.Controller, 16, Nx(20)),
        Row(K.Controller2, 16, Variable, Nx(37)),
        Row(K.WriteMetadata, 32, Nx(22)),
        Row(K.StackPush, 24, Nx(27)),
        Row(K.StackPop, 24, Nx(28)),
        Row(K.Sample, 24, Nx(29)),
        Row(K.Sample2, 32, Nx(38)),
        Row(K.Sample3, 32, Nx(41)),
        Row(K.Conjunction, 16, Nx(34)),
        Row(K.Ct, 24, Variable, Nx(35)),
        Row(K.Nat, 16, Variable, Nx(36)),
        Row(K.OutputTrunc, 16, Nx(39)),
        Row(K.Clone, 16, Variable, Nx(42)),
        Row(K.CtClear, 16, Nx(43)),
        Row(K.Encap, 16, Variable, Nx(46, V13, V15)),
        Row(K.Decap, 16, Variable, Nx(47, V13, V15)),
        Row(K.CheckPktLarger, 24, Variable, Nx(49)),
        Row(K.DeleteField, 24, Nx(50)),
        Row(K.DebugSlow, 16, Nx(254)),
        Row(K.DebugRecirc, 16, Nx(255)),
    ];

    private const int VersionCount = (int)V15 + 1;
    private static readonly FrozenDictionary<ulong, ActionRow>[] ByNumber = [.. Enumerable.Range(0, VersionCount).Select(IndexNumbers)];
    private static readonly ActionRow[] ByKind = [.. Rows.OrderBy(r => r.Kind)];

    public static ActionRow? Find(OpenFlowVersion version, uint vendor, ushort type) =>
        ByNumber[(int)version].TryGetValue((ulong)vendor << 16 | type, out var row) ? row : null;

    public static ActionRow RowOf(ActionKind kind) => ByKind[(int)kind];

    private static FrozenDictionary<ulong, ActionRow> IndexNumbers(int version) =>
        Rows.SelectMany(r => r.Codes.Where(c => (int)c.First <= version && version <= (int)c.Last), (r, c) => (r, c))
            .ToFrozenDictionary(x => (ulong)x.c.Vendor << 16 | x.c.Type, x => x.r);

    private static ActionRow Row(ActionKind kind, int size, params ActionCode[] codes) => new(kind, size, false, codes);

    private static ActionRow Row(ActionKind kind, int size, bool isVariable, params ActionCode[] codes) =>
        new(kind, size, isVariable, codes);

    private static ActionCode Of(ushort type, OpenFlowVersion first, OpenFlowVersion last) => new(0, type, first, last);

    private static ActionCode Nx(ushort type, OpenFlowVersion first = V10, OpenFlowVersion last = V15) =>
        new(OpenFlowErrors.NiciraVendor, type, first, last);

    public readonly record struct ActionCode(uint Vendor, ushort Type, OpenFlowVersion First, OpenFlowVersion Last);

    public sealed record ActionRow(ActionKind Kind, int Size, bool IsVariable, ActionCode[] Codes)
    {
        /// <summary>Extension headers are 10 bytes, so the same argument makes a longer action.</summary>
        public int SizeIn(uint vendor) => vendor != 0 && Size == 8 ? 16 : Size;

        public ActionCode CodeIn(OpenFlowVersion version)
        {
            foreach (var code in Codes)
                if (code.First <= version && version <= code.Last) return code;
            throw new Wire.InvariantException($"{Kind} has no number in {version}");
        }
    }
}
