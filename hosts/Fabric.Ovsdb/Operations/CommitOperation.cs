using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.7: asks that the reply waits for the disk. The transaction goes on.</summary>
internal sealed class CommitOperation : Operation
{
    private readonly bool _isDurable;

    public CommitOperation(ObjectReader reader) =>
        _isDurable = reader.TryGet("durable", MemberKinds.Boolean, out JsonElement durable) && durable.GetBoolean();

    public override OvsdbError? Execute(OperationContext context)
    {
        context.Transaction.IsDurable |= _isDurable;
        context.Reply.Append("{}"u8);
        return null;
    }
}
