using Fabric.Flow;
using Fabric.Wire;
using E = Fabric.OpenFlow.OpenFlowError;
using F = Fabric.OpenFlow.OpenFlowFields;
using K = Fabric.OpenFlow.ActionKind;

namespace Fabric.OpenFlow;

/// <summary>Reading actions that hold other ones, or parts of rules.</summary>
public static partial class ActionCodec
{
    private const int LearnWidthMask = 0x3ff;
    private const int LearnConstant = 1 << 13;
    private const int LearnDestinationShift = 11;

    [Flags]
    private enum NatRange : ushort
    {
        Ipv4Low = 1 << 0, Ipv4High = 1 << 1, Ipv6Low = 1 << 2, Ipv6High = 1 << 3, PortLow = 1 << 4, PortHigh = 1 << 5,
    }

    private static OpenFlowAction? ReadNested(ActionKind kind, ref WireReader reader, Context context, ref OpenFlowError error)
    {
        if (error != E.None) return null;
        switch (kind)
        {
            case K.Ct: return ReadConnectionTrack(ref reader, context, ref error);
            case K.Nat: return ReadNat(ref reader, ref error);
            case K.Clone:
                reader.Skip(6);
                return TryReadNested(reader.Rest, context.Deeper, ActionOuter.None, InstructionSet.ApplyActions, out var inner, out error)
                    ? new CloneListAction(inner)
                    : null;
            case K.Learn or K.Learn2: return ReadLearn(ref reader, context, kind == K.Learn2, ref error);
            default: return null;
        }
    }

    private static ConnectionTrackAction? ReadConnectionTrack(ref WireReader reader, Context context, ref OpenFlowError error)
    {
        var flags = (CtFlags)reader.U16();
        var (zoneHeader, zone, table) = (reader.U32(), reader.U16(), reader.U8());
        reader.Skip(3);
        var alg = reader.U16();
        FieldBits? source = null;
        if ((flags & CtFlags.Force) != 0 && (flags & CtFlags.Commit) == 0) error = E.BacBadArgument;
        else if (zoneHeader != 0)
        {
            source = ReadBits(zoneHeader, zone, context, false, ref error);
            if (error == E.None && source!.Width != 16) error = E.BacBadSetLen;
        }

        if (error != E.None) return null;
        if (!TryReadNested(reader.Rest, context.Deeper, ActionOuter.ConnectionTrack, InstructionSet.ApplyActions, out var inner, out error))
            return null;
        if ((flags & CtFlags.Commit) == 0 && inner.Any(a => a is not NatAction { Flags: NatFlags.None, AddressLow: null }))
        {
            error = E.BacBadArgument;
            return null;
        }

        return new ConnectionTrackAction
        {
            Flags = flags, Zone = source is null ? zone : (ushort)0, ZoneSource = source,
            RecircTable = table == 0xff ? null : table, Alg = alg, Actions = inner,
        };
    }

    private static NatAction? ReadNat(ref WireReader reader, ref OpenFlowError error)
    {
        reader.Skip(2);
        var flags = (NatFlags)reader.U16();
        var range = (NatRange)reader.U16();
        var isIpv4 = (range & NatRange.Ipv4Low) != 0;
        var isIpv6 = !isIpv4 && (range & NatRange.Ipv6Low) != 0;
        error = E.BacBadArgument;
        if (((int)flags & ~0x1f) != 0 || flags.HasFlag(NatFlags.Source | NatFlags.Destination)
            || flags.HasFlag(NatFlags.HashProtocol | NatFlags.RandomProtocol)) return null;
        if (isIpv4 ? (range & (NatRange.Ipv6Low | NatRange.Ipv6High)) != 0 : (range & NatRange.Ipv4High) != 0) return null;
        if (!isIpv4 && !isIpv6 && (range & NatRange.Ipv6High) != 0) return null;
        var size = isIpv4 ? 4 : 16;
        UInt128? low = isIpv4 || isIpv6 ? reader.Number(size) : null;
        UInt128? high = low is not null && (range & (isIpv4 ? NatRange.Ipv4High : NatRange.Ipv6High)) != 0 ? reader.Number(size) : null;
        if (low == 0 || (high is { } top && top < low)) return null;
        var hasPorts = (range & NatRange.PortLow) != 0;
        if ((hasPorts && low is null) || (!hasPorts && (range & NatRange.PortHigh) != 0)) return null;
        var portLow = hasPorts ? reader.U16() : (ushort)0;
        var portHigh = (range & NatRange.PortHigh) != 0 ? reader.U16() : (ushort)0;
        if (reader.IsExhausted || (hasPorts && portLow == 0) || ((range & NatRange.PortHigh) != 0 && portHigh < portLow)) return null;
        error = E.None;
        return new NatAction
        {
            Flags = flags, IsIpv4 = isIpv4, AddressLow = Address(low, isIpv4), AddressHigh = Address(high == 0 ? null : high, isIpv4),
            PortLow = portLow, PortHigh = portHigh,
        };
    }

    private static Ipv6Address? Address(UInt128? number, bool isIpv4)
    {
        if (number is not { } value) return null;
        if (isIpv4) value |= (UInt128)0xffff << 32;
        return new Ipv6Address((ulong)(value >> 64), (ulong)value);
    }

    private static LearnAction? ReadLearn(ref WireReader reader, Context context, bool isSecond, ref OpenFlowError error)
    {
        var (idle, hard, priority, cookie, flags) = (reader.U16(), reader.U16(), reader.U16(), reader.U64(), (LearnFlags)reader.U16());
        var (table, pad, finIdle, finHard) = (reader.U8(), reader.U8(), reader.U16(), reader.U16());
        var (limit, resultStart) = isSecond ? (reader.U32(), reader.U16()) : (0u, (ushort)0);
        if (isSecond && !reader.SkipZeros(2)) error = E.NxbacMustBeZero;
        else if (pad != 0 || table == 0xff) error = E.BacBadArgument;
        else if ((flags & ~(LearnFlags.SendFlowRemoved | LearnFlags.DeleteLearned | (isSecond ? LearnFlags.WriteResult : 0))) != 0)
            error = E.BacBadArgument;
        FieldBits? result = null;
        if (error == E.None && (flags & LearnFlags.WriteResult) != 0)
        {
            if (!TryField(ref reader, context, out var field, ref error)) return null;
            if (!field.IsWritable) error = E.BacBadSetArgument;
            result = new FieldBits(field, resultStart, 1);
        }
        else if (error == E.None && resultStart != 0) error = E.BacBadArgument;
        if (error != E.None || ReadLearnSpecs(ref reader, context, ref error) is not { } specs) return null;
        return new LearnAction(specs)
        {
            IdleTimeoutSeconds = idle, HardTimeoutSeconds = hard, Priority = priority, Cookie = cookie, Flags = flags, Table = table,
            FinIdleTimeoutSeconds = finIdle, FinHardTimeoutSeconds = finHard, Limit = limit, ResultTarget = result,
            IsSecond = isSecond && limit == 0 && result is null,
        };
    }

    private static ActionList<LearnSpec>? ReadLearnSpecs(ref WireReader reader, Context context, ref OpenFlowError error)
    {
        var specs = new List<LearnSpec>();
        while (reader.Remaining > 0)
        {
            var header = reader.U16();
            if (header == 0) break;
            var (width, isConstant) = (header & LearnWidthMask, (header & LearnConstant) != 0);
            var destination = (LearnDestination)(header >> LearnDestinationShift & 3);
            if (destination > LearnDestination.Output || (destination == LearnDestination.Output && isConstant))
            {
                error = E.BacBadArgument;
                return null;
            }

            var sourceSize = isConstant ? 2 * ((width + 15) / 16) : 6;
            if (reader.Remaining < sourceSize + (destination == LearnDestination.Output ? 0 : 6))
            {
                error = E.BacBadLen;
                return null;
            }

            UInt128 constant = 0;
            if (isConstant)
            {
                var bytes = reader.Bytes(sourceSize);
                constant = WireReader.ToNumber(bytes);
                if (width < 128) constant &= (UInt128.One << width) - 1;
            }

            var source = isConstant ? null : ReadLearnBits(ref reader, width, context, ref error);
            var hasTarget = error == E.None && destination != LearnDestination.Output;
            var target = hasTarget ? ReadLearnBits(ref reader, width, context, ref error) : null;
            if (error != E.None) return null;
            specs.Add(new LearnSpec(destination, source, constant, target, width));
        }

        if (reader.Rest.ContainsAnyExcept((byte)0)) error = E.BacBadArgument;
        return error == E.None ? new ActionList<LearnSpec>(specs.ToArray()) : null;
    }

    private static FieldBits? ReadLearnBits(ref WireReader reader, int width, Context context, ref OpenFlowError error)
    {
        if (!TryNxmField(reader.U32(), context, out var field, ref error)) return null;
        return new FieldBits(field, reader.U16(), width);
    }
}
