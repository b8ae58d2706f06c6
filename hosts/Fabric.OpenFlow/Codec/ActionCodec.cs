using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using static Fabric.OpenFlow.ActionTable;
using E = Fabric.OpenFlow.OpenFlowError;

namespace Fabric.OpenFlow;

/// <summary>
/// Lists of actions on the wire, in every version (OVS: <c>lib/ofp-actions.c</c>). One action has several forms; reading gives the meaning
/// and as much of the form as must not be lost, writing takes the form that OVS takes for that version.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>A1: what <see cref="Write"/> writes, <see cref="TryRead"/> reads and <see cref="Write"/> writes again as the same bytes.</item>
/// <item>A2: no bytes make the reader throw or read past their end.</item>
/// <item>A3: a list that was read obeys <see cref="ActionNesting"/>: order of instructions, what may stand in what.</item>
/// </list>
/// <para>Not modelled: actions of the network service header, which get the error for an unknown action.</para>
/// </summary>
public static partial class ActionCodec
{
    private const int HeaderSize = 4;
    private const int ExtensionHeaderSize = 10;
    private const int DeepestNesting = 32;

    /// <summary>
    /// Reads a list where actions alone are allowed, such as in a packet-out or a bucket (OVS: <c>ofpacts_pull_openflow_actions</c>).
    /// </summary>
    /// <param name="map">The switch's tunnel options; null when they are not known.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, OpenFlowVersion version, TunnelOptionMap? map,
        [NotNullWhen(true)] out OpenFlowActions? actions, out OpenFlowError error) =>
        TryReadNested(bytes, new Context(version, map, 0), ActionOuter.None, ActionNesting.ActionsAndMeter, out actions, out error);

    internal static bool TryReadNested(ReadOnlySpan<byte> bytes, Context context, ActionOuter outer, InstructionSet allowed,
        [NotNullWhen(true)] out OpenFlowActions? actions, out OpenFlowError error)
    {
        actions = null;
        error = E.BrcBadLen;
        if (bytes.Length % 8 != 0) return false;
        if (!TryDecode(bytes, context, out actions, out error)) return false;
        error = ActionNesting.Check(actions.Span, context.Version, allowed, outer);
        if (error == E.None) return true;
        actions = null;
        return false;
    }

    /// <summary>Reads a list without asking what may stand where.</summary>
    internal static bool TryDecode(
        ReadOnlySpan<byte> bytes, Context context, [NotNullWhen(true)] out OpenFlowActions? actions, out OpenFlowError error)
    {
        actions = null;
        error = E.BacBadLen;
        if (context.Depth > DeepestNesting) return false;
        var list = new OpenFlowAction[Count(bytes)];
        var count = 0;
        while (bytes.Length > 0)
        {
            if (!TryReadHeader(bytes, context.Version, out var row, out var vendor, out var size, out error)) return false;
            var reader = new WireReader(bytes[..size]);
            reader.Skip(vendor == 0 ? HeaderSize : ExtensionHeaderSize);
            var action = ReadOne(row.Kind, ref reader, context, out error);
            if (action is null) return false;
            list[count++] = action;
            bytes = bytes[size..];
        }

        error = E.None;
        actions = OpenFlowActions.Take(count == list.Length ? list : list[..count]);
        return true;
    }

    /// <summary>Appends the list in the forms of <paramref name="version"/>.</summary>
    /// <param name="match">What the packets are known to be, which some forms depend on; null knows nothing.</param>
    public static void Write(OpenFlowActions actions, OpenFlowVersion version, WireWriter writer, Match? match = null)
    {
        var encoder = new ActionEncoder(version, writer, match);
        foreach (var action in actions.Span) encoder.Write(action);
    }

    /// <summary>The 32-bit number of a port in OpenFlow 1.1 and later.</summary>
    public static uint WidePort(OfpPort port) => port.Value < 0xff00 ? port.Value : port.Value | 0xffff0000u;

    /// <summary>The other way; false for numbers that OVS does not use.</summary>
    public static bool TryNarrowPort(uint number, out OfpPort port)
    {
        port = new OfpPort((ushort)number);
        return number is < 0xff00 or >= 0xffffff00;
    }

    /// <summary>Can something be sent there? (OVS: <c>ofpact_check_output_port</c>)</summary>
    /// <param name="end">Ports of the switch are below this one.</param>
    internal static OpenFlowError CheckOutput(OfpPort port, ushort end) =>
        port.Value < end || port.Value is >= 0xfff8 and < 0xffff ? E.None : E.BacBadOutPort;

    /// <summary>How many actions these bytes hold at most, as far as their lengths can be believed.</summary>
    private static int Count(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        for (; bytes.Length >= HeaderSize; count++)
        {
            var size = bytes[2] << 8 | bytes[3];
            if (size < 8 || size > bytes.Length) return count + 1;
            bytes = bytes[size..];
        }

        return bytes.Length > 0 ? count + 1 : count;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, OpenFlowVersion version, [NotNullWhen(true)] out ActionRow? row,
        out uint vendor, out int size, out OpenFlowError error)
    {
        row = null;
        (vendor, size, error) = (0, 0, E.BacBadLen);
        if (bytes.Length < 8) return false;
        var reader = new WireReader(bytes);
        var type = reader.U16();
        size = reader.U16();
        if (type == ActionTable.Vendor)
        {
            vendor = reader.U32();
            if (vendor is not (OpenFlowErrors.NiciraVendor or OpenFlowErrors.OnfVendor))
            {
                error = E.BacBadVendor;
                return false;
            }

            if (bytes.Length < 16) return false;
            type = reader.U16();
        }

        row = Find(version, vendor, type);
        error = row is not null ? E.BacBadLen : vendor != 0 ? E.BacBadVendorType : E.BacBadType;
        if (row is null) return false;
        var least = row.SizeIn(vendor);
        return size <= bytes.Length && size % 8 == 0 && (row.IsVariable ? size >= least : size == least);
    }

    /// <param name="Map">Null when the switch's options are not known.</param>
    internal readonly record struct Context(OpenFlowVersion Version, TunnelOptionMap? Map, int Depth)
    {
        public Context Deeper => this with { Depth = Depth + 1 };
    }
}
