using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// One operation, its members taken out of the request and of the right JSON types, nothing else checked (RFC 7047, section 5.2).
/// </summary>
internal abstract class Operation
{
    /// <summary>Allowed on a read-only server.</summary>
    public virtual bool IsReadOnly => false;

    /// <summary>Appends its reply, or returns what is wrong.</summary>
    public abstract OvsdbError? Execute(OperationContext context);

    /// <returns>Null if there is no operation of this name. What else is wrong is in the reader.</returns>
    public static Operation? Parse(string name, ObjectReader reader, Database database) => name switch
    {
        "insert" => new InsertOperation(reader, database),
        "select" => new SelectOperation(reader, database),
        "update" => new UpdateOperation(reader, database),
        "mutate" => new MutateOperation(reader, database),
        "delete" => new DeleteOperation(reader, database),
        "wait" => new WaitOperation(reader, database),
        "commit" => new CommitOperation(reader),
        "abort" => new AbortOperation(),
        "comment" => new CommentOperation(reader),
        "assert" => new AssertOperation(reader),
        _ => null,
    };

    /// <summary>The "table" member; null after an error.</summary>
    protected static Table? TakeTable(ObjectReader reader, Database database)
    {
        if (!reader.TryGet("table", MemberKinds.Id, out JsonElement json)) return null;
        string name = JsonAccess.Text(json);
        if (database.TryGetTable(name, out Table? table)) return table;
        reader.Fail($"No table named {name}.");
        return null;
    }

    protected static void ReplyCount(OperationContext context, int count)
    {
        context.Reply.Append("{\"count\":"u8);
        context.Reply.AppendInteger(count);
        context.Reply.Append((byte)'}');
    }
}
