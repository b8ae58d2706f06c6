using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// Runs the operations of one transaction in order. The first that fails ends it: the others are answered with null and everything is
/// undone. Texts and the order of checks are those of ovsdb/execution.c.
/// </summary>
internal sealed class Execution(Database database, TransactTerms terms, JsonBuffer replies)
{
    private readonly Transaction _transaction = new(database);
    private readonly Symbols _symbols = new(database.NewUuid);
    private long _timeoutMs = long.MaxValue;

    public TransactResult Run(JsonElement operations, int skip)
    {
        if (operations.ValueKind != JsonValueKind.Array)
            return TransactResult.Refused(DatumParser.Syntax(operations, "array expected"));

        int count = Math.Max(0, operations.GetArrayLength() - skip);
        int done = 0;
        OvsdbError? error = null;
        replies.Append((byte)'[');
        foreach (JsonElement operation in operations.EnumerateArray().Skip(skip))
        {
            if (done > 0) replies.Append((byte)',');
            int start = replies.Size;
            error = RunOne(operation, ++done, count, out bool isBlocked);
            if (error is null) continue;
            _transaction.Abort();
            if (isBlocked) return new TransactResult([], IsBlocked: true, TimeoutMs: _timeoutMs);
            replies.Truncate(start);
            error.WriteTo(replies);
            break;
        }

        for (; done < count; done++) replies.Append(",null"u8);
        Commit? commit = null;
        if (error is null && (error = _transaction.TryCommit(out commit)) is not null)
        {
            if (count > 0) replies.Append((byte)',');
            error.WriteTo(replies);
        }

        replies.Append((byte)']');
        return new TransactResult(replies.ToArray(), commit, error);
    }

    private OvsdbError? RunOne(JsonElement json, int number, int count, out bool isBlocked)
    {
        isBlocked = false;
        var reader = new ObjectReader(json, () => $"ovsdb operation {number} of {count}");
        if (!reader.TryGet("op", MemberKinds.Id, out JsonElement name)) return reader.Finish();
        Operation? operation = Operation.Parse(JsonAccess.Text(name), reader, database);
        if (operation is null) reader.Fail($"No operation \"{JsonAccess.Text(name)}\"");

        // What is wrong with the object as such is told before anything that its execution may say.
        if (reader.Finish() is { } wrong) return wrong;
        var context = new OperationContext(database, _transaction, _symbols, terms, replies, _timeoutMs);
        OvsdbError? error = operation!.Execute(context);
        (_timeoutMs, isBlocked) = (context.TimeoutMs, context.IsBlocked);
        return error ?? CheckMayWrite(operation, JsonAccess.Text(name));
    }

    private OvsdbError? CheckMayWrite(Operation operation, string name)
    {
        if (operation.IsReadOnly || terms.IsTrusted) return null;
        if (terms.IsReadOnly)
            return new OvsdbError("not allowed", $"{name} operation not allowed when database server is in read only mode");
        return database.Schema.Name.StartsWith('_')
            ? new OvsdbError("not allowed", $"{name} operation not allowed on table in reserved database {database.Schema.Name}")
            : null;
    }
}
