using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Ovsdb;

namespace Fabric.Interop.Tests;

/// <summary>Random transactions that mostly make sense on a database of any schema; now and then one thing in them is wrong.</summary>
internal sealed class OperationGenerator(Database database, Random random)
{
    private static readonly string[] Functions = ["==", "!=", "<", "<=", ">", ">=", "includes", "excludes"];
    private static readonly string[] Mutators = ["+=", "-=", "*=", "/=", "%=", "insert", "delete"];

    private readonly ValueGenerator _values = new(database, random);
    private long _rows;

    /// <summary>UUIDs that the generator chose look like this; any other is made up by a server.</summary>
    public const string OwnUuid = "^0000000[0-9a-f]-0000-4000-8000-";

    public bool MayBeWrong { get; init; } = true;

    public JsonArray Next()
    {
        var operations = new JsonArray();
        int count = random.Next(10) == 0 ? random.Next(4, 12) : random.Next(1, 4);
        _values.Names.Clear();
        for (int i = 0; i < count; i++)
        {
            _values.IsWrong = MayBeWrong && random.Next(14) == 0;
            operations.Add(NextOperation());
        }

        return operations;
    }

    private JsonObject NextOperation() => random.Next(26) switch
    {
        < 9 => Insert(AnyTable()),
        < 12 => Select(AnyTable()),
        < 16 => Update(AnyTable()),
        < 20 => Mutate(AnyTable()),
        < 22 => Delete(AnyTable()),
        < 24 => Wait(AnyTable()),
        _ => random.Next(8) switch
        {
            0 => new JsonObject { ["op"] = "abort" },
            1 => new JsonObject { ["op"] = "assert", ["lock"] = "l" },
            2 => new JsonObject { ["op"] = "commit", ["durable"] = random.Next(2) == 0 },
            _ => new JsonObject { ["op"] = "comment", ["comment"] = "c" },
        },
    };

    private Table AnyTable() => database.Tables[random.Next(database.Tables.Length)];

    private JsonObject Insert(Table table)
    {
        string uuid = string.Create(CultureInfo.InvariantCulture, $"0000000{random.Next(1, 4)}-0000-4000-8000-{_rows:x12}");
        if (random.Next(20) != 0) _rows++;
        var operation = new JsonObject { ["op"] = "insert", ["table"] = table.Schema.Name, ["uuid"] = uuid };
        if (random.Next(2) == 0)
        {
            string name = $"row{random.Next(12)}";
            operation["uuid-name"] = name;
            _values.Names.Add(name);
        }

        operation["row"] = RowOf(table, random.Next(4), isInsert: true);
        return operation;
    }

    private JsonObject RowOf(Table table, int count, bool isInsert = false)
    {
        var row = new JsonObject();

        // What must not stay at its default.
        foreach (ColumnSchema column in table.Schema.OwnColumns)
        {
            ElementType type = column.Type.Key;
            bool isKey = table.Schema.Indexes.Any(index => index.Contains(column))
                || (column.Type.Min > 0 && (type.RefTable is not null || type.MinLength > 0));
            if (isKey && isInsert && random.Next(12) != 0) row[column.Name] = _values.Of(column.Type);
        }

        for (int i = 0; i < count; i++)
        {
            ColumnSchema column = table.Schema.OwnColumns[random.Next(table.Schema.OwnColumns.Length)];
            if (isInsert || column.IsMutable || random.Next(10) == 0) row[column.Name] = _values.Of(column.Type);
        }

        return row;
    }

    private ColumnSchema AnyColumn(Table table) => random.Next(25) == 0
        ? table.Schema.Columns[TableSchema.UuidIndex]
        : table.Schema.OwnColumns[random.Next(table.Schema.OwnColumns.Length)];

    private JsonArray Where(Table table)
    {
        var where = new JsonArray();
        if (random.Next(12) == 0) return where;
        if (random.Next(2) == 0)
        {
            where.Add(new JsonArray("_uuid", random.Next(8) == 0 ? "!=" : "==", _values.Reference(table)));
            if (random.Next(3) != 0) return where;
        }

        for (int i = random.Next(1, 3); i > 0; i--)
        {
            if (random.Next(15) == 0) where.Add(random.Next(3) != 0);
            else where.Add(ClauseOf(AnyColumn(table)));
        }

        return where;
    }

    private JsonArray ClauseOf(ColumnSchema column)
    {
        string function = Functions[random.Next(Functions.Length)];
        bool isOrdered = column.Type.Key.Atomic is AtomicType.Integer or AtomicType.Real
            && (column.Type.IsScalar || column.Type.IsOptionalScalar);
        if (function[0] is '<' or '>' && !isOrdered && random.Next(15) != 0) function = "==";
        return new JsonArray(column.Name, function, _values.Of(column.Type));
    }

    private JsonArray Columns(Table table) =>
        new([.. table.Schema.Columns.Where(c => c.Name != "_version" && random.Next(3) == 0).Select(c => JsonValue.Create(c.Name))]);

    private JsonObject Select(Table table)
    {
        var operation = new JsonObject { ["op"] = "select", ["table"] = table.Schema.Name, ["where"] = Where(table) };
        if (random.Next(2) == 0) operation["columns"] = Columns(table);
        return operation;
    }

    private JsonObject Update(Table table) => new()
    {
        ["op"] = "update", ["table"] = table.Schema.Name, ["where"] = Where(table), ["row"] = RowOf(table, random.Next(1, 4)),
    };

    private JsonObject Delete(Table table) => new() { ["op"] = "delete", ["table"] = table.Schema.Name, ["where"] = Where(table) };

    private JsonObject Mutate(Table table)
    {
        // Of several rows that a mutation does not suit, the servers may meet another one first.
        JsonArray where = random.Next(4) == 0 ? Where(table) : [new JsonArray("_uuid", "==", _values.Reference(table))];
        var mutations = new JsonArray();
        for (int i = random.Next(1, 3); i > 0; i--)
        {
            ColumnSchema column = AnyColumn(table);
            bool isNumber = !column.Type.IsMap && column.Type.Key.Atomic is AtomicType.Integer or AtomicType.Real;
            bool isArithmetic = random.Next(15) == 0 || (isNumber && (column.Type.IsScalar || random.Next(2) == 0));
            string mutator = Mutators[isArithmetic ? random.Next(5) : random.Next(5, 7)];
            if (!isArithmetic && column.Type.IsScalar && random.Next(8) != 0) continue;
            JsonNode value = isArithmetic ? _values.Operand(column.Type.Key.Atomic, mutator)
                : mutator == "delete" && column.Type.IsMap && random.Next(2) == 0 ? _values.Of(new ColumnType(column.Type.Key, null, 0, 9))
                : _values.Of(column.Type);
            mutations.Add(new JsonArray(column.Name, mutator, value));
        }

        return new JsonObject
        {
            ["op"] = "mutate", ["table"] = table.Schema.Name, ["where"] = where, ["mutations"] = mutations,
        };
    }

    private JsonObject Wait(Table table)
    {
        // Either what is there, or something else.
        Row? row = table.Rows.FirstOrDefault();
        ColumnSchema[] columns = [.. table.Schema.Columns.Where(c => c.Index != TableSchema.VersionIndex && random.Next(4) == 0)];
        var rows = new JsonArray();
        JsonArray where;
        if (row is not null && random.Next(3) != 0)
        {
            where = [new JsonArray("_uuid", "==", new JsonArray("uuid", row.Id.ToString()))];
            var json = new JsonBuffer();
            RowJson.Write(json, row, columns);
            rows.Add(JsonNode.Parse(json.Written.ToArray()));
        }
        else
        {
            where = Where(table);
            rows.Add(RowOf(table, 2));
        }

        return new JsonObject
        {
            ["op"] = "wait", ["table"] = table.Schema.Name, ["timeout"] = 0, ["until"] = random.Next(4) == 0 ? "!=" : "==",
            ["where"] = where, ["columns"] = new JsonArray([.. columns.Select(c => JsonValue.Create(c.Name))]), ["rows"] = rows,
        };
    }
}
