namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.8.</summary>
internal sealed class AbortOperation : Operation
{
    public override bool IsReadOnly => true;

    public override OvsdbError? Execute(OperationContext context) => new("aborted", "aborted by request");
}
