using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.9: a line for the log.</summary>
internal sealed class CommentOperation : Operation
{
    private readonly JsonElement _comment;

    public CommentOperation(ObjectReader reader) => reader.TryGet("comment", MemberKinds.String, out _comment);

    public override bool IsReadOnly => true;

    public override OvsdbError? Execute(OperationContext context)
    {
        context.Transaction.AddComment(JsonAccess.Text(_comment));
        context.Reply.Append("{}"u8);
        return null;
    }
}
