using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.5.</summary>
internal sealed class DeleteOperation : Operation
{
    private readonly Table? _table;
    private readonly JsonElement _where;

    public DeleteOperation(ObjectReader reader, Database database)
    {
        reader.TryGet("where", MemberKinds.Array, out _where);
        _table = TakeTable(reader, database);
    }

    public override OvsdbError? Execute(OperationContext context)
    {
        OvsdbError? error = Condition.Parse(_where, _table!.Schema, context.Symbols, out Condition? condition);
        if (error is not null) return error;
        List<RowSlot> slots = condition!.Select(_table);
        foreach (RowSlot slot in slots) context.Transaction.Delete(slot);
        ReplyCount(context, slots.Count);
        return null;
    }
}
