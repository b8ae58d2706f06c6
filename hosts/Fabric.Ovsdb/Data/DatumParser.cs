using System.Runtime.InteropServices;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>Datums from JSON, with the checks that do not need other rows.</summary>
public static class DatumParser
{
    /// <summary>Parses and checks a value of a column.</summary>
    public static bool TryParse(JsonElement json, ColumnType type, out Datum datum, out OvsdbError? error)
    {
        error = Parse(json, type, null, out datum);
        return error is null;
    }

    /// <summary>As <see cref="TryParse"/>, with named UUIDs if <paramref name="symbols"/> is given.</summary>
    internal static OvsdbError? Parse(JsonElement json, ColumnType type, Symbols? symbols, out Datum datum) =>
        Parse(json, type.Key, type.Value, type.Min, type.Max, symbols, out datum);

    /// <summary>The parts of the type apart, because conditions and mutations relax them.</summary>
    internal static OvsdbError? Parse(
        JsonElement json, ElementType key, ElementType? value, uint min, uint max, Symbols? symbols, out Datum datum)
    {
        datum = Datum.Empty;
        if (value is null && !IsTagged(json, "set"u8))
        {
            OvsdbError? error = ParseAtom(json, key, symbols, out Atom atom);
            if (error is null) datum = Datum.Of(atom);
            return error;
        }

        string name = value is null ? "set" : "map";
        if (!TryUnwrap(json, value is null ? "set"u8 : "map"u8, JsonValueKind.Array, out JsonElement elements))
            return Unexpected(json, name, "array");
        int count = elements.GetArrayLength();
        if ((uint)count < min || (uint)count > max)
        {
            return Syntax(json, min == 1 && max == 1
                ? $"{name} must have exactly one member but {count} are present"
                : $"{name} must have {min} to {max} members but {count} are present");
        }

        var builder = new DatumBuilder(count, value is not null);
        foreach (JsonElement element in elements.EnumerateArray())
        {
            if (AddElement(builder, element, key, value, symbols) is { } error) return error;
        }

        if (!builder.TrySort())
            return OvsdbError.Unnamed(value is null ? "set contains duplicate" : "map contains duplicate key");
        datum = builder.Build();
        return null;
    }

    /// <summary>Parses and checks one atom.</summary>
    internal static OvsdbError? ParseAtom(JsonElement json, ElementType type, Symbols? symbols, out Atom atom)
    {
        atom = default;
        switch (type.Atomic)
        {
            case AtomicType.Integer when JsonAccess.TryGetInteger(json, out long integer):
                atom = Atom.Integer(integer);
                break;
            case AtomicType.Real when JsonAccess.TryGetReal(json, out double real):
                atom = Atom.Real(real);
                break;
            case AtomicType.Boolean when json.ValueKind is JsonValueKind.True or JsonValueKind.False:
                atom = Atom.Boolean(json.ValueKind == JsonValueKind.True);
                break;
            case AtomicType.String when json.ValueKind == JsonValueKind.String:
                if (!JsonAccess.TryGetText(json, out string text))
                    return OvsdbError.ConstraintViolation($"not a valid UTF-8 string: {JsonAccess.InvalidSequence(json)}");
                atom = Atom.String(text);
                break;
            case AtomicType.Uuid:
                return ParseUuid(json, symbols, out atom);
            default:
                return Syntax(json, $"expected {type.Atomic.Name()}");
        }

        return type.Check(atom);
    }

    internal static OvsdbError Syntax(JsonElement json, string details) => new("syntax error", details, JsonEcho.Of(json));

    private static OvsdbError? AddElement(
        DatumBuilder builder, JsonElement element, ElementType key, ElementType? value, Symbols? symbols)
    {
        JsonElement keyJson = element, valueJson = default;
        if (value is not null)
        {
            if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != 2)
                return Syntax(element, "expected 2-element array");
            (keyJson, valueJson) = (element[0], element[1]);
        }

        Atom second = default;
        OvsdbError? error = ParseAtom(keyJson, key, symbols, out Atom first);
        if (error is null && value is not null) error = ParseAtom(valueJson, value, symbols, out second);
        if (error is null) builder.Add(first, second);
        return error;
    }

    private static OvsdbError? ParseUuid(JsonElement json, Symbols? symbols, out Atom atom)
    {
        atom = default;
        if (TryUnwrap(json, "uuid"u8, JsonValueKind.String, out JsonElement text))
        {
            if (!UuidText.TryParse(JsonMarshal.GetRawUtf8Value(text)[1..^1], out Guid uuid)
                && !UuidText.TryParse(JsonAccess.Text(text), out uuid))
                return Syntax(json, $"\"{JsonAccess.Text(text)}\" is not a valid UUID");
            atom = Atom.Uuid(uuid);
            return null;
        }

        if (symbols is null || !TryUnwrap(json, "named-uuid"u8, JsonValueKind.String, out text)) return Unexpected(json, "uuid", "string");
        string name = JsonAccess.Text(text);
        if (!JsonAccess.IsId(name)) return Syntax(json, "named-uuid string is not a valid <id>");
        atom = Atom.Uuid(symbols.Get(name));
        return null;
    }

    private static OvsdbError Unexpected(JsonElement json, string name, string kind) => Syntax(json, $"expected [\"{name}\", <{kind}>]");

    private static bool IsTagged(JsonElement json, ReadOnlySpan<byte> name)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() == 0) return false;
        return JsonAccess.IsText(json[0], name);
    }

    private static bool TryUnwrap(JsonElement json, ReadOnlySpan<byte> name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() != 2) return false;
        if (!JsonAccess.IsText(json[0], name)) return false;
        value = json[1];
        return value.ValueKind == kind;
    }
}
