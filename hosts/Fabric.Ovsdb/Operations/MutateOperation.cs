using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.4.</summary>
internal sealed class MutateOperation : Operation
{
    private readonly Table? _table;
    private readonly JsonElement _where;
    private readonly JsonElement _mutations;

    public MutateOperation(ObjectReader reader, Database database)
    {
        _table = TakeTable(reader, database);
        reader.TryGet("where", MemberKinds.Array, out _where);
        reader.TryGet("mutations", MemberKinds.Array, out _mutations);
    }

    public override OvsdbError? Execute(OperationContext context)
    {
        var mutations = new List<Mutation>(_mutations.GetArrayLength());
        foreach (JsonElement json in _mutations.EnumerateArray())
        {
            if (Mutation.Parse(json, _table!.Schema, context.Symbols, out Mutation? mutation) is { } wrong) return wrong;
            mutations.Add(mutation!);
        }

        OvsdbError? error = Condition.Parse(_where, _table!.Schema, context.Symbols, out Condition? condition);
        if (error is not null) return error;
        List<RowSlot> slots = condition!.Select(_table);
        foreach (RowSlot slot in slots)
        {
            foreach (Mutation mutation in mutations)
            {
                error = mutation.Apply(slot.Row![mutation.Column], out Datum result);
                if (error is not null) return error;
                context.Transaction.Set(slot, mutation.Column, result);
            }
        }

        ReplyCount(context, slots.Count);
        return null;
    }
}
