using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// One JSON-RPC 1.0 message as OVS reads them (lib/jsonrpc.c): a null member counts as absent, a request without id is a notification,
/// members beyond the five known ones are wrong. Elements belong to the document that was parsed.
/// </summary>
public readonly record struct JsonRpcMessage(
    JsonRpcKind Kind, string Method, JsonElement Params, JsonElement Result, JsonElement Error, JsonElement Id)
{
    /// <summary>Takes a message apart; <paramref name="error"/> says what is wrong with it, in OVS's words.</summary>
    public static bool TryParse(JsonElement root, out JsonRpcMessage message, out string? error)
    {
        message = default;
        if (root.ValueKind != JsonValueKind.Object)
        {
            error = "message is not a JSON object";
            return false;
        }
        JsonElement method = default, parameters = default, result = default, failure = default, id = default;
        error = null;
        foreach (var member in root.EnumerateObject())
        {
            if (member.NameEquals("method"u8)) method = member.Value;
            else if (member.NameEquals("params"u8)) parameters = NullAsAbsent(member.Value);
            else if (member.NameEquals("result"u8)) result = NullAsAbsent(member.Value);
            else if (member.NameEquals("error"u8)) failure = NullAsAbsent(member.Value);
            else if (member.NameEquals("id"u8)) id = NullAsAbsent(member.Value);
            else error ??= $"message has unexpected member \"{JsonAccess.Name(member)}\"";
        }
        if (method.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.String)) error = "method is not a JSON string";
        if (error is not null) return false;

        var kind = IsPresent(result) ? JsonRpcKind.Reply : IsPresent(failure) ? JsonRpcKind.Error
            : IsPresent(id) ? JsonRpcKind.Request : JsonRpcKind.Notification;
        error = Check(kind, method, parameters, result, failure, id);
        message = new JsonRpcMessage(kind, IsPresent(method) ? JsonAccess.Text(method) : "", parameters, result, failure, id);
        return error is null;
    }

    private static string? Check(
        JsonRpcKind kind, JsonElement method, JsonElement parameters, JsonElement result, JsonElement failure, JsonElement id)
    {
        if (IsPresent(parameters) && parameters.ValueKind != JsonValueKind.Array) return "\"params\" must be JSON array";
        bool isCall = kind is JsonRpcKind.Request or JsonRpcKind.Notification;
        return Check(kind, "method", method, isCall) ?? Check(kind, "params", parameters, isCall)
            ?? Check(kind, "result", result, kind == JsonRpcKind.Reply) ?? Check(kind, "error", failure, kind == JsonRpcKind.Error)
            ?? Check(kind, "id", id, kind != JsonRpcKind.Notification);
    }

    private static string? Check(JsonRpcKind kind, string name, JsonElement member, bool isWanted) =>
        IsPresent(member) == isWanted ? null : $"{kind.ToString().ToLowerInvariant()} must{(isWanted ? "" : " not")} have \"{name}\"";

    private static bool IsPresent(JsonElement element) => element.ValueKind != JsonValueKind.Undefined;

    private static JsonElement NullAsAbsent(JsonElement element) => element.ValueKind == JsonValueKind.Null ? default : element;
}
