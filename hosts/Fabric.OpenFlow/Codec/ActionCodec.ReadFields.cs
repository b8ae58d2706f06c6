using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using E = Fabric.OpenFlow.OpenFlowError;
using F = Fabric.OpenFlow.OpenFlowFields;
using K = Fabric.OpenFlow.ActionKind;

namespace Fabric.OpenFlow;

/// <summary>Reading actions that name fields.</summary>
public static partial class ActionCodec
{
    private const uint InPortHeader = 0x00000002;
    private const int MostMembers = 2048;

    private static OpenFlowAction? ReadField(ActionKind kind, ref WireReader reader, Context context, ref OpenFlowError error)
    {
        switch (kind)
        {
            case K.SetField12 or K.SetField15: return ReadSetField(ref reader, context, kind == K.SetField15, ref error);
            case K.RegLoad: return ReadLoad(ref reader, context, ref error);
            case K.RegLoad2: return ReadLoad2(ref reader, context, ref error);
            case K.CopyField15: return ReadMove(ref reader, context, true, 2, ref error);
            case K.CopyFieldOnf:
                reader.Skip(2);
                return ReadMove(ref reader, context, true, 2, ref error);
            case K.RegMove: return ReadMove(ref reader, context, false, 0, ref error);
            case K.StackPush: return ReadStack(ref reader, context, false, ref error) is { } pushed ? new PushFieldAction(pushed) : null;
            case K.StackPop: return ReadStack(ref reader, context, true, ref error) is { } popped ? new PopFieldAction(popped) : null;
            case K.OutputReg: return ReadOutputReg(ref reader, context, ref error);
            case K.OutputReg2: return ReadOutputReg2(ref reader, context, ref error);
            case K.Multipath: return ReadMultipath(ref reader, context, ref error);
            case K.Bundle or K.BundleLoad: return ReadBundle(ref reader, context, kind == K.BundleLoad, ref error);
            case K.CheckPktLarger: return ReadCheckPacketLarger(ref reader, context, ref error);
            case K.DeleteField: return TryField(ref reader, context, out var field, ref error) ? new DeleteFieldAction(field) : null;
            default: return null;
        }
    }

    private static SetFieldAction? ReadSetField(ref WireReader reader, Context context, bool mayMask, ref OpenFlowError error)
    {
        if (!FieldEntry.TryRead(ref reader, context.Map, true, false, out var entry, out error)) return null;
        var field = entry.Field!;
        var (value, mask) = (entry.Number, entry.MaskNumber & field.AllOnes);
        if (entry.HasMask && !mayMask) error = E.BacBadSetMask;
        else if (reader.Rest.ContainsAnyExcept((byte)0) || field == F.InPortWide || !field.IsWritable) error = E.BacBadSetArgument;
        else if (!MatchCodec.IsValid(field, value)) error = E.BacBadSetArgument;
        else if (field == F.VlanVid && (value & mask & FlowKey.VlanPresent) == 0) error = E.BacBadSetArgument;
        else if (IsTooLong(entry)) error = E.BacBadSetLen;
        return error == E.None ? new SetFieldAction(field, value & field.AllOnes, mask) { HasFullMask = HasFullMask(entry) } : null;
    }

    private static SetFieldAction? ReadLoad2(ref WireReader reader, Context context, ref OpenFlowError error)
    {
        if (!FieldEntry.TryRead(ref reader, context.Map, true, false, out var entry, out error)) return null;
        var field = entry.Field!;
        if (reader.Rest.ContainsAnyExcept((byte)0) || !field.IsWritable) error = E.BacBadSetArgument;
        else if (IsTooLong(entry)) error = E.BacBadSetLen;
        return error == E.None
            ? new SetFieldAction(field, entry.Number & field.AllOnes, entry.MaskNumber & field.AllOnes)
            {
                IsExtension = true, HasFullMask = HasFullMask(entry),
            }
            : null;
    }

    private static LoadAction? ReadLoad(ref WireReader reader, Context context, ref OpenFlowError error)
    {
        var bits = reader.U16();
        if (ReadBits(reader.U32(), bits, context, true, ref error) is not { } target) return null;
        var value = reader.U64();
        if (target.Width < 64 && value >> target.Width != 0) error = E.BacBadArgument;
        return new LoadAction(value, target);
    }

    private static MoveAction? ReadMove(ref WireReader reader, Context context, bool isCopyField, int padding, ref OpenFlowError error)
    {
        var (width, from, to) = (reader.U16(), reader.U16(), reader.U16());
        reader.Skip(padding);
        if (!TryField(ref reader, context, out var source, ref error) || !TryField(ref reader, context, out var target, ref error))
            return null;
        if (reader.Rest.ContainsAnyExcept((byte)0)) error = E.NxbrcMustBeZero;
        else error = CheckBits(source, from, width, false);
        if (error == E.None) error = CheckBits(target, to, width, true);
        return error != E.None ? null
            : new MoveAction(new FieldBits(source, from, width), new FieldBits(target, to, width)) { IsCopyField = isCopyField };
    }

    private static FieldBits? ReadStack(ref WireReader reader, Context context, bool isWritten, ref OpenFlowError error)
    {
        var start = reader.U16();
        if (!TryField(ref reader, context, out var field, ref error)) return null;
        var width = reader.U16();
        error = reader.Rest.ContainsAnyExcept((byte)0) ? E.NxbrcMustBeZero : CheckBits(field, start, width, isWritten);
        return error == E.None ? new FieldBits(field, start, width) : null;
    }

    private static OutputFieldAction? ReadOutputReg(ref WireReader reader, Context context, ref OpenFlowError error)
    {
        var (bits, header, size) = (reader.U16(), reader.U32(), reader.U16());
        if (!reader.SkipZeros(6)) error = E.BacBadArgument;
        if (error != E.None || ReadBits(header, bits, context, false, ref error) is not { } source) return null;
        return new OutputFieldAction(source) { MaxLength = size };
    }

    private static OutputFieldAction? ReadOutputReg2(ref WireReader reader, Context context, ref OpenFlowError error)
    {
        var (bits, size) = (reader.U16(), reader.U16());
        if (!TryField(ref reader, context, out var field, ref error)) return null;
        var (start, width) = Unpack(bits);
        error = reader.Rest.ContainsAnyExcept((byte)0) ? E.NxbrcMustBeZero : CheckBits(field, start, width, false);
        return error == E.None ? new OutputFieldAction(new FieldBits(field, start, width)) { MaxLength = size } : null;
    }

    private static MultipathAction? ReadMultipath(ref WireReader reader, Context context, ref OpenFlowError error)
    {
        var (fields, basis) = (reader.U16(), reader.U16());
        reader.Skip(2);
        var (algorithm, maxLink, argument) = (reader.U16(), reader.U16(), reader.U32());
        reader.Skip(2);
        var bits = reader.U16();
        if (!TryNxmField(reader.U32(), context, out var field, ref error)) return null;
        var (start, width) = Unpack(bits);
        var needed = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)maxLink);
        if (fields > (ushort)HashFields.SymmetricL3 || algorithm > (ushort)MultipathAlgorithm.IterativeHash || width < needed)
            error = E.BacBadArgument;
        else error = CheckBits(field, start, width, true);
        return error != E.None ? null : new MultipathAction((HashFields)fields, basis, (MultipathAlgorithm)algorithm, maxLink, argument,
            new FieldBits(field, start, width));
    }

    private static BundleAction? ReadBundle(ref WireReader reader, Context context, bool isLoad, ref OpenFlowError error)
    {
        var (algorithm, fields, basis, type) = (reader.U16(), reader.U16(), reader.U16(), reader.U32());
        var (count, bits, header) = (reader.U16(), reader.U16(), reader.U32());
        var isWrong = fields > (ushort)HashFields.SymmetricL3 || count > MostMembers || algorithm > 1 || type != InPortHeader;
        isWrong |= !reader.SkipZeros(4);
        FieldBits? target = null;
        if (isLoad)
        {
            if (!TryNxmField(header, context, out var field, ref error)) return null;
            var (start, width) = Unpack(bits);
            // As in OVS, a field that is known forgives what was wrong so far.
            isWrong = width < 16;
            target = new FieldBits(field, start, width);
        }
        else isWrong |= bits != 0 || header != 0;
        if (reader.Remaining < count * 2) error = E.BacBadLen;
        else if (isWrong) error = E.BacBadArgument;
        else if (target is not null) error = CheckBits(target.Field, target.Start, target.Width, true);
        if (error != E.None) return null;
        var members = new OfpPort[count];
        for (var i = 0; i < count; i++)
        {
            members[i] = new OfpPort(reader.U16());
            if (members[i] != OfpPort.None && error == E.None) error = CheckOutput(members[i], 0xff00);
            if (members[i] == OfpPort.Controller) error = E.BacBadOutPort;
        }

        if (fields > (ushort)HashFields.SymmetricL3 || algorithm > 1) error = E.BacBadArgument;
        return error != E.None ? null : new BundleAction((HashFields)fields, basis, (BundleAlgorithm)algorithm,
            new ActionList<OfpPort>(members), target);
    }

    private static CheckPacketLargerAction? ReadCheckPacketLarger(ref WireReader reader, Context context, ref OpenFlowError error)
    {
        var (size, start) = (reader.U16(), reader.U16());
        if (!TryField(ref reader, context, out var field, ref error)) return null;
        error = reader.Rest.ContainsAnyExcept((byte)0) ? E.NxbrcMustBeZero : CheckBits(field, start, 1, true);
        return error == E.None ? new CheckPacketLargerAction(size, new FieldBits(field, start, 1)) : null;
    }

    private static bool TryField(
        ref WireReader reader, Context context, [NotNullWhen(true)] out OpenFlowField? field, ref OpenFlowError error)
    {
        field = null;
        if (!FieldEntry.TryReadHeader(ref reader, context.Map, false, false, out var entry, out error)) return false;
        if (entry.HasMask) error = E.BmcBadMask;
        field = entry.Field!;
        return error == E.None;
    }

    private static bool TryNxmField(uint header, Context context, [NotNullWhen(true)] out OpenFlowField? field, ref OpenFlowError error)
    {
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, header);
        var reader = new WireReader(bytes);
        field = null;
        if (!FieldEntry.TryReadHeader(ref reader, context.Map, false, false, out var entry, out error))
        {
            if (error != E.NxfmfcInvalidTlvField) error = E.BacBadSetType;
            return false;
        }

        field = entry.Field!;
        return true;
    }

    private static FieldBits? ReadBits(uint header, ushort packed, Context context, bool isWritten, ref OpenFlowError error)
    {
        if (!TryNxmField(header, context, out var field, ref error)) return null;
        var (start, width) = Unpack(packed);
        error = CheckBits(field, start, width, isWritten);
        return error == E.None ? new FieldBits(field, start, width) : null;
    }

    /// <summary>Are there such bits, and may they be written? (OVS: <c>mf_check_src</c>, <c>mf_check_dst</c>)</summary>
    internal static OpenFlowError CheckBits(OpenFlowField field, int start, int width, bool isWritten)
    {
        if (width == 0 || start + width > field.ActionWidth) return E.BacBadSetLen;
        return isWritten && !field.IsWritable ? E.BacBadSetArgument : E.None;
    }

    private static (int Start, int Width) Unpack(ushort packed) => (packed >> 6, (packed & 0x3f) + 1);

    /// <summary>Is there a mask that covers the field but not all of its bytes?</summary>
    private static bool HasFullMask(in FieldEntry entry) =>
        entry.HasMask && entry.Field!.TunnelIndex is null && (entry.MaskNumber & entry.Field.AllOnes) == entry.Field.AllOnes
        && entry.Mask.ContainsAnyExcept((byte)0xff);

    /// <summary>A value of more than 128 bits that does not fit them.</summary>
    private static bool IsTooLong(in FieldEntry entry) =>
        entry.Value.Length > 16 && (entry.Value[..^16].ContainsAnyExcept((byte)0)
            || (entry.HasMask && entry.Mask[..^16].ContainsAnyExcept((byte)0)));
}
