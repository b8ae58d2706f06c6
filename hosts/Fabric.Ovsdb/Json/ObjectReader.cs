using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// Takes an object apart member by member and remembers the first thing wrong with it; at the end, members that nobody asked for are wrong
/// as well (ovsdb-server's lib/ovsdb-parser.c, whose texts these are).
/// </summary>
internal sealed class ObjectReader
{
    private readonly JsonElement _json;
    private readonly Func<string> _name;
    private readonly bool _isObject;
    private readonly List<string> _used = new(4);

    public ObjectReader(JsonElement json, Func<string> name)
    {
        (_json, _name, _isObject) = (json, name, json.ValueKind == JsonValueKind.Object);
        if (!_isObject) Error = new OvsdbError("syntax error", $"Parsing {name()} failed: Object expected.");
    }

    public ObjectReader(JsonElement json, string name)
        : this(json, () => name)
    {
    }

    public OvsdbError? Error { get; private set; }

    public JsonElement Json => _json;

    public bool TryGet(string name, MemberKinds kinds, out JsonElement value)
    {
        value = default;
        if (!_isObject) return false;
        if (!JsonAccess.TryGetMember(_json, name, out value))
        {
            if (!kinds.HasFlag(MemberKinds.Optional)) Fail($"Required '{name}' member is missing.");
            return false;
        }

        if (!Fits(value, kinds))
        {
            Fail($"Type mismatch for member '{name}'.");
            return false;
        }

        _used.Add(name);
        return true;
    }

    public void Fail(string details) =>
        Error ??= new OvsdbError("syntax error", $"Parsing {_name()} failed: {details}", JsonEcho.Of(_json));

    /// <returns>The first error, or one that names a member that was not asked for.</returns>
    public OvsdbError? Finish()
    {
        if (Error is not null) return Error;
        foreach (JsonProperty member in _json.EnumerateObject())
        {
            if (!IsUsed(member)) return FinishUnused(JsonAccess.Name(member));
        }

        return null;
    }

    private OvsdbError? FinishUnused(string first)
    {
        int count = _json.EnumerateObject().Where(m => !IsUsed(m)).Select(JsonAccess.Name).Distinct().Count();
        string others = count > 1 ? $" and {count - 1} other member{(count > 2 ? "s" : "")} are" : " is";
        Fail($"Member '{first}'{others} present but not allowed here.");
        return Error;
    }

    private bool IsUsed(JsonProperty member)
    {
        try
        {
            foreach (string name in _used)
            {
                if (member.NameEquals(name)) return true;
            }
        }
        catch (InvalidOperationException)
        {
            // The name is not even Unicode.
        }

        return false;
    }

    private static bool Fits(JsonElement value, MemberKinds kinds)
    {
        MemberKinds kind = value.ValueKind switch
        {
            JsonValueKind.Null => MemberKinds.Null,
            JsonValueKind.True or JsonValueKind.False => MemberKinds.Boolean,
            JsonValueKind.Number => JsonAccess.TryGetInteger(value, out _) ? MemberKinds.Integer : MemberKinds.Real,
            JsonValueKind.Array => MemberKinds.Array,
            JsonValueKind.String => MemberKinds.String,
            _ => MemberKinds.Object,
        };
        if ((kinds & kind) != 0) return true;
        return kind == MemberKinds.String && kinds.HasFlag(MemberKinds.Id) && JsonAccess.IsId(JsonAccess.Text(value));
    }
}
