namespace Fabric.OpenFlow;

/// <summary>Hello, error, echo: messages that every version, also one to come, reads alike.</summary>
internal static class SymmetricForms
{
    private const ushort VersionBitmap = 1;
    private const ushort NiciraErrorType = 0xb0c2;
    private const ushort NiciraErrorCode = 0;
    private const ushort ExperimenterErrorType = 0xffff;

    /// <summary>What cannot be understood in it is passed over, as a hello from the future.</summary>
    public static OpenFlowMessage ReadHello(ref WireReader body, Decoding at)
    {
        uint versions = AllUpTo(at.SaidVersion);
        while (body.Remaining >= 4)
        {
            ushort type = body.U16();
            ushort size = body.U16();
            if (size < 4) break;
            var value = new WireReader(body.Bytes(size - 4));
            if (body.IsExhausted) break;
            body.Skip(-size & 7);
            if (type != VersionBitmap || value.Remaining == 0 || value.Remaining % 4 != 0) continue;
            // There is no version 0, and an empty set says nothing.
            uint said = value.U32() & ~1u;
            if (said != 0) versions = said;
        }
        // Padding that is missing at the very end is no reason to refuse a hello.
        body = default;
        return new Hello(versions);
    }

    public static void WriteHello(Hello hello, MessageWriter to)
    {
        if (hello.Versions == AllUpTo((byte)to.Version)) return;
        to.Wire.U16(VersionBitmap);
        to.Wire.U16(8);
        to.Wire.U32(hello.Versions);
    }

    public static OpenFlowMessage ReadError(ref WireReader body, Decoding at)
    {
        uint vendor = 0;
        ushort type = body.U16();
        ushort code = body.U16();
        if (type == NiciraErrorType && code == NiciraErrorCode) (vendor, type, code) = (body.U32(), body.U16(), body.U16());
        else if (type == ExperimenterErrorType) (vendor, type, code) = (body.U32(), code, 0);
        if (!OpenFlowErrors.TryFind(at.Version, vendor, type, code, out var error)) error = OpenFlowError.None;
        return new ErrorMessage(error, new HexBytes(body.Bytes(body.Remaining)));
    }

    public static void WriteError(ErrorMessage message, MessageWriter to)
    {
        if (!OpenFlowErrors.TryEncode(message.Error, to.Version, out uint vendor, out ushort type, out ushort code))
            OpenFlowErrors.TryEncode(OpenFlowError.NxbrcUnencodableError, to.Version, out vendor, out type, out code);
        var wire = to.Wire;
        if (vendor == 0)
        {
            wire.U16(type);
            wire.U16(code);
        }
        else if (to.Version <= OpenFlowVersion.V11)
        {
            wire.U16(NiciraErrorType);
            wire.U16(NiciraErrorCode);
            wire.U32(vendor);
            wire.U16(type);
            wire.U16(code);
        }
        else
        {
            wire.U16(ExperimenterErrorType);
            wire.U16(type);
            wire.U32(vendor);
        }
        wire.Bytes(message.Payload.Span);
    }

    public static OpenFlowMessage ReadEchoRequest(ref WireReader body, Decoding at) =>
        new EchoRequest(new HexBytes(body.Bytes(body.Remaining)));

    public static void WriteEchoRequest(EchoRequest message, MessageWriter to) => to.Wire.Bytes(message.Data.Span);

    public static OpenFlowMessage ReadEchoReply(ref WireReader body, Decoding at) =>
        new EchoReply(new HexBytes(body.Bytes(body.Remaining)));

    public static void WriteEchoReply(EchoReply message, MessageWriter to) => to.Wire.Bytes(message.Data.Span);

    private static uint AllUpTo(byte version) => ((version < 32 ? 1u << version : 0) - 1) << 1;
}
