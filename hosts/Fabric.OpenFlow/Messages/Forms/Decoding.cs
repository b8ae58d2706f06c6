namespace Fabric.OpenFlow;

/// <summary>What goes along while a message is read: where it came from, and what was wrong with it first.</summary>
internal sealed class Decoding(MessageForm form, OpenFlowVersion version, CodecContext context, uint xid)
{
    public MessageForm Form => form;

    public OpenFlowVersion Version => version;

    public CodecContext Context => context;

    /// <summary>Of the header around, which a message inside has to repeat.</summary>
    public uint Xid => xid;

    /// <summary>The header's first byte, which in a hello may be a version to come.</summary>
    public byte SaidVersion { get; init; }

    /// <summary>The first that was found.</summary>
    public OpenFlowError Error { get; private set; }

    /// <summary>An empty match for a flow mod to be read into, where the reader keeps one; else null.</summary>
    public Match? TakeMatch() => context.Workspace?.TakeMatch();

    /// <summary>Always false, to be returned.</summary>
    public bool Refuse(OpenFlowError error)
    {
        if (Error == OpenFlowError.None) Error = error;
        return false;
    }

    /// <summary>Always null, to be returned.</summary>
    public OpenFlowMessage? Fail(OpenFlowError error)
    {
        Refuse(error);
        return null;
    }
}
