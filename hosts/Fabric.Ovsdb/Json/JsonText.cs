using System.Runtime.InteropServices;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>JSON texts that were received.</summary>
public static class JsonText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonFramer.MaxDepth + 1 };

    /// <summary>Parses a text that <see cref="JsonFramer"/> handed out. The document reads from the memory as long as it lives.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out JsonDocument document, out string? error)
    {
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            error = null;
            return true;
        }
        catch (JsonException wrong)
        {
            document = null!;
            error = wrong.Message;
            return false;
        }
    }

    /// <summary>Copies the element's own text, so that it outlives its document.</summary>
    public static byte[] Copy(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();
}
