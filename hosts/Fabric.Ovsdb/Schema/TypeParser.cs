using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>Column types from JSON (RFC 7047, section 3.2, "type" and "base-type").</summary>
internal static class TypeParser
{
    public static OvsdbError? Parse(JsonElement json, out ColumnType? type)
    {
        type = null;
        OvsdbError? error;
        if (json.ValueKind == JsonValueKind.String)
        {
            error = ParseElement(json, out ElementType? only);
            if (error is null) type = new ColumnType(only!);
            return error;
        }

        var reader = new ObjectReader(json, "ovsdb type");
        reader.TryGet("key", MemberKinds.String | MemberKinds.Object, out JsonElement keyJson);
        bool hasValue = reader.TryGet("value", MemberKinds.String | MemberKinds.Object | MemberKinds.Optional, out JsonElement valueJson);
        bool hasMin = reader.TryGet("min", MemberKinds.Integer | MemberKinds.Optional, out JsonElement minJson);
        bool hasMax = reader.TryGet("max", MemberKinds.Integer | MemberKinds.String | MemberKinds.Optional, out JsonElement maxJson);
        error = reader.Finish();
        ElementType? key = null, value = null;
        uint min = 1, max = 1;
        error ??= ParseElement(keyJson, out key);
        if (hasValue) error ??= ParseElement(valueJson, out value);
        if (hasMin) error ??= ParseCount(minJson, out min);
        if (hasMax)
        {
            if (JsonAccess.IsText(maxJson, "unlimited"u8)) max = ColumnType.Unlimited;
            else error ??= ParseCount(maxJson, out max);
        }

        if (error is not null) return error;
        if (min > 1 || max < 1) return DatumParser.Syntax(json, "ovsdb type fails constraint checks");
        type = new ColumnType(key!, value, min, max);
        return null;
    }

    private static OvsdbError? ParseCount(JsonElement json, out uint count)
    {
        count = 0;
        if (!JsonAccess.TryGetInteger(json, out long value) || value is < 0 or >= uint.MaxValue)
            return DatumParser.Syntax(json, "bad min or max value");
        count = (uint)value;
        return null;
    }

    private static OvsdbError? ParseElement(JsonElement json, out ElementType? type)
    {
        type = null;
        if (json.ValueKind == JsonValueKind.String) return ParseAtomic(json, out type);
        var reader = new ObjectReader(json, "ovsdb type");
        if (!reader.TryGet("type", MemberKinds.String, out JsonElement name)) return reader.Finish();
        OvsdbError? error = ParseAtomic(name, out ElementType? plain);
        if (error is not null) return error;
        type = plain!;
        error = ParseConstraints(json, reader, ref type);
        return error ?? reader.Finish();
    }

    private static OvsdbError? ParseAtomic(JsonElement json, out ElementType? type)
    {
        type = null;
        string name = JsonAccess.Text(json);
        if (!AtomicTypeNames.TryParse(name, out AtomicType atomic)) return DatumParser.Syntax(json, $"\"{name}\" is not an atomic-type");
        type = new ElementType(atomic);
        return null;
    }

    private static OvsdbError? ParseConstraints(JsonElement json, ObjectReader reader, ref ElementType type)
    {
        if (reader.TryGet("enum", MemberKinds.Any | MemberKinds.Optional, out JsonElement values))
        {
            OvsdbError? error = DatumParser.Parse(values, type, null, 1, ColumnType.Unlimited, null, out Datum allowed);
            type = type with { Enum = allowed };
            return error;
        }

        return type.Atomic switch
        {
            AtomicType.Integer => ParseIntegers(json, reader, ref type),
            AtomicType.Real => ParseReals(json, reader, ref type),
            AtomicType.String => ParseLengths(json, reader, ref type),
            AtomicType.Uuid => ParseReference(json, reader, ref type),
            _ => null,
        };
    }

    private static OvsdbError? ParseIntegers(JsonElement json, ObjectReader reader, ref ElementType type)
    {
        const MemberKinds Kinds = MemberKinds.Integer | MemberKinds.Optional;
        if (reader.TryGet("minInteger", Kinds, out JsonElement min) && JsonAccess.TryGetInteger(min, out long low))
            type = type with { MinInteger = low };
        if (reader.TryGet("maxInteger", Kinds, out JsonElement max) && JsonAccess.TryGetInteger(max, out long high))
            type = type with { MaxInteger = high };
        return type.MinInteger > type.MaxInteger ? DatumParser.Syntax(json, "minInteger exceeds maxInteger") : null;
    }

    private static OvsdbError? ParseReals(JsonElement json, ObjectReader reader, ref ElementType type)
    {
        const MemberKinds Kinds = MemberKinds.Number | MemberKinds.Optional;
        if (reader.TryGet("minReal", Kinds, out JsonElement min) && JsonAccess.TryGetReal(min, out double low))
            type = type with { MinReal = low };
        if (reader.TryGet("maxReal", Kinds, out JsonElement max) && JsonAccess.TryGetReal(max, out double high))
            type = type with { MaxReal = high };
        return type.MinReal > type.MaxReal ? DatumParser.Syntax(json, "minReal exceeds maxReal") : null;
    }

    private static OvsdbError? ParseLengths(JsonElement json, ObjectReader reader, ref ElementType type)
    {
        if (ParseLength(reader, "minLength", 0, out uint min) is { } wrongMin) return wrongMin;
        if (ParseLength(reader, "maxLength", uint.MaxValue, out uint max) is { } wrongMax) return wrongMax;
        type = type with { MinLength = min, MaxLength = max };
        return min > max ? DatumParser.Syntax(json, "minLength exceeds maxLength") : null;
    }

    private static OvsdbError? ParseLength(ObjectReader reader, string name, uint otherwise, out uint length)
    {
        length = otherwise;
        if (!reader.TryGet(name, MemberKinds.Integer | MemberKinds.Optional, out JsonElement json)) return null;
        if (!JsonAccess.TryGetInteger(json, out long value) || value is < 0 or > uint.MaxValue)
            return DatumParser.Syntax(json, $"{name} out of valid range 0 to {uint.MaxValue}");
        length = (uint)value;
        return null;
    }

    private static OvsdbError? ParseReference(JsonElement json, ObjectReader reader, ref ElementType type)
    {
        if (!reader.TryGet("refTable", MemberKinds.Id | MemberKinds.Optional, out JsonElement table)) return null;
        string kind = reader.TryGet("refType", MemberKinds.Id | MemberKinds.Optional, out JsonElement kindJson)
            ? JsonAccess.Text(kindJson)
            : "strong";
        if (kind is not ("strong" or "weak")) return DatumParser.Syntax(json, $"refType must be \"strong\" or \"weak\" (not \"{kind}\")");
        type = type with { RefTable = JsonAccess.Text(table), Reference = kind == "weak" ? ReferenceKind.Weak : ReferenceKind.Strong };
        return null;
    }
}
