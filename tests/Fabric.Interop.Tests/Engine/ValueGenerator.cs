using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Ovsdb;

namespace Fabric.Interop.Tests;

/// <summary>Random values of column types, as JSON.</summary>
internal sealed class ValueGenerator(Database database, Random random)
{
    private static readonly string[] Words =
        ["", "a", "b", "c", "ab", "abc", "abcd", "é", "日本", "😀", "true", "a\"b", "\t\u0001", "a b", "x-y.z"];
    private static readonly string[] WrongWords = ["longer than all", "日本日本日", "purple", "n o"];

    private static readonly string[] Reals =
        ["0.5", "-2.5", "1e3", "100.25", "7.25", "3.14159265358979", "1e-7", "-0", "2", "1.0", "123456.789", "0.1", "1e5"];

    private static readonly string[] Misfits =
        ["null", "{}", "[]", "[\"map\",[[\"a\",\"b\"],[\"a\",\"c\"]]]", "[\"named-uuid\",\"nobody\"]",
            "[\"set\",5]", "[\"map\",[]]", "[\"uuid\",\"xyz\"]", "[\"uuid\"]", "[\"named-uuid\",\"1a\"]", "[\"set\",[[]]]", "5e30",
            "-1e300", "\"\"", "true", "[\"map\",[[1]]]", "[\"set\",[1,1]]", "[\"set\",[1,2,3,4,5,6,7]]", "1.5", "9223372036854775808",
            "[\"set\",[\"a\",true]]"];

    /// <summary>The names that inserts of this transaction have given.</summary>
    public List<string> Names { get; } = [];

    /// <summary>The next value, and only that, is to be wrong.</summary>
    public bool IsWrong { get; set; }

    public JsonNode Of(ColumnType type)
    {
        if (IsWrong && random.Next(3) != 0)
        {
            IsWrong = false;
            return JsonNode.Parse(Misfits[random.Next(Misfits.Length)]) ?? JsonValue.Create((string?)null)!;
        }

        int max = (int)Math.Min(type.Max, 4);
        int count = random.Next((int)type.Min, max + 1);
        var elements = new Dictionary<string, JsonNode>();
        for (int i = 0; i < count; i++)
        {
            JsonNode key = Atom(type.Key);
            elements.TryAdd(key.ToJsonString(), type.Value is null ? key : new JsonArray(key, Atom(type.Value)));
        }

        if (type.Value is null && elements.Count == 1 && random.Next(4) != 0) return elements.Values.First();
        return new JsonArray(type.Value is null ? "set" : "map", new JsonArray([.. elements.Values]));
    }

    /// <summary>
    /// A multiplication never gets zero or an extreme: ovsdb-server 3.1 dies of a negative number times zero, and its test for an overflow
    /// is wrong (ovsdb/mutation.c, mul_int, divides by the wrong factor).
    /// </summary>
    public JsonNode Operand(AtomicType type, string mutator)
    {
        if (mutator == "/=" && type == AtomicType.Real) return JsonValue.Create(random.Next(3));
        if (mutator == "*=") return JsonValue.Create(random.Next(1, 4));
        if (IsWrong) return Of(new ColumnType(new ElementType(type)));
        if (type == AtomicType.Integer && random.Next(6) == 0) return JsonValue.Create(random.Next(2) == 0 ? long.MaxValue : long.MinValue);
        if (type == AtomicType.Real && random.Next(8) == 0) return JsonNode.Parse("1e308")!;
        return type == AtomicType.Integer ? JsonValue.Create(random.Next(-3, 5)) : JsonNode.Parse(Reals[random.Next(Reals.Length)])!;
    }

    public JsonNode Reference(Table table)
    {
        if (Names.Count > 0 && random.Next(2) == 0) return new JsonArray("named-uuid", Names[random.Next(Names.Count)]);
        if (random.Next(30) == 0) return new JsonArray("named-uuid", $"row{random.Next(12)}");
        return new JsonArray("uuid", Existing(table).ToString());
    }

    private Guid Existing(Table table) => table.Count == 0 || random.Next(25) == 0
        ? new Guid(9, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, (byte)random.Next(3))
        : table.Rows.ElementAt(random.Next(table.Count)).Id;

    private JsonNode Atom(ElementType type)
    {
        bool isWrong = IsWrong;
        IsWrong = false;
        switch (type.Atomic)
        {
            case AtomicType.Integer:
                long low = Math.Max(type.MinInteger, -2), high = Math.Min(type.MaxInteger, 40);
                if (type.Enum is not null && !isWrong) return JsonValue.Create(type.Enum.Keys[random.Next(type.Enum.Count)].AsInteger);
                if (isWrong) return JsonValue.Create(random.Next(2) == 0 ? 1000 : -1000);
                return JsonValue.Create(random.NextInt64(low, high + 1));
            case AtomicType.Real:
                string[] allowed = [.. Reals.Where(r => IsBetween(type.MinReal, r, type.MaxReal))];
                return JsonNode.Parse(isWrong ? "-1e9" : allowed[random.Next(allowed.Length)])!;
            case AtomicType.Boolean:
                return JsonValue.Create(random.Next(2) == 0);
            case AtomicType.Uuid:
                return type.RefTable is null ? new JsonArray("uuid", new Guid(random.Next(4), 0, 0, new byte[8]).ToString())
                    : Reference(database.Table(type.RefTable));
            default:
                if (isWrong) return JsonValue.Create(WrongWords[random.Next(WrongWords.Length)]);
                if (type.Enum is not null) return JsonValue.Create(type.Enum.Keys[random.Next(type.Enum.Count)].AsString);
                string[] fitting = [.. Words.Where(w => CodePoints(w) >= type.MinLength && CodePoints(w) <= type.MaxLength)];
                return JsonValue.Create(random.Next(5) == 0 ? fitting[random.Next(fitting.Length)] : Number(type));
        }
    }

    private static bool IsBetween(double min, string text, double max) =>
        double.Parse(text, CultureInfo.InvariantCulture) is var value && value >= min && value <= max;

    private static int CodePoints(string text) => text.EnumerateRunes().Count();

    private string Number(ElementType type) => $"k{random.Next(type.MaxLength > 4 ? 900 : 9)}";
}
