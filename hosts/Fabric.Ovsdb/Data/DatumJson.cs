namespace Fabric.Ovsdb;

/// <summary>
/// Datums as JSON (RFC 7047, section 5.1, "value"): a single element bare, anything else <c>["set",[…]]</c>, maps always
/// <c>["map",[…]]</c>.
/// </summary>
public static class DatumJson
{
    public static void Write(JsonBuffer json, Datum datum, ColumnType type) => Write(json, datum, type.IsMap);

    public static void Write(JsonBuffer json, Datum datum, bool isMap)
    {
        if (isMap)
        {
            WriteMap(json, datum);
            return;
        }

        if (datum.Count == 1)
        {
            Write(json, datum.Keys[0]);
            return;
        }

        json.Append("[\"set\",["u8);
        for (int i = 0; i < datum.Count; i++)
        {
            if (i > 0) json.Append((byte)',');
            Write(json, datum.Keys[i]);
        }

        json.Append("]]"u8);
    }

    public static void Write(JsonBuffer json, Atom atom)
    {
        switch (atom.Type)
        {
            case AtomicType.Integer: json.AppendInteger(atom.AsInteger); break;
            case AtomicType.Real: json.AppendReal(atom.AsReal); break;
            case AtomicType.Boolean: json.AppendBoolean(atom.AsBoolean); break;
            case AtomicType.Uuid: json.AppendUuid(atom.AsUuid); break;
            default: json.AppendString(atom.AsString); break;
        }
    }

    private static void WriteMap(JsonBuffer json, Datum datum)
    {
        json.Append("[\"map\",["u8);
        for (int i = 0; i < datum.Count; i++)
        {
            json.Append(i > 0 ? ",["u8 : "["u8);
            Write(json, datum.Keys[i]);
            json.Append((byte)',');
            Write(json, datum.Values[i]);
            json.Append((byte)']');
        }

        json.Append("]]"u8);
    }
}
