namespace Fabric.Ovsdb;

/// <summary>
/// What a failed operation is answered with (RFC 7047, section 3.1, "error"), in ovsdb-server's wording, which clients and their scripts
/// have come to depend on.
/// </summary>
/// <param name="Error">The short name, for example "constraint violation".</param>
/// <param name="Syntax">The JSON that was at fault, members sorted; ovsdb-server's extension.</param>
public sealed record OvsdbError(string Error, string? Details = null, string? Syntax = null)
{
    public static OvsdbError ConstraintViolation(string details) => new("constraint violation", details);

    public static OvsdbError ReferentialIntegrity(string details) => new("referential integrity violation", details);

    /// <summary>An error that ovsdb-server gives no name of its own.</summary>
    internal static OvsdbError Unnamed(string details) => new("ovsdb error", details);

    public void WriteTo(JsonBuffer json)
    {
        json.Append("{\"error\":"u8);
        json.AppendString(Error);
        if (Details is not null)
        {
            json.Append(",\"details\":"u8);
            json.AppendString(Details);
        }

        if (Syntax is not null)
        {
            json.Append(",\"syntax\":"u8);
            json.AppendString(Syntax);
        }

        json.Append((byte)'}');
    }

    /// <summary>One line, as ovsdb-server logs it.</summary>
    public override string ToString() =>
        (Syntax is null ? "" : $"syntax \"{Syntax}\": ") + Error + (Details is null ? "" : $": {Details}");
}
