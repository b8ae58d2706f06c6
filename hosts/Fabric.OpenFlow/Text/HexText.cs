using System.Diagnostics.CodeAnalysis;

namespace Fabric.OpenFlow;

/// <summary>Bytes as <c>note</c> and <c>userdata</c> take them: pairs of digits, each pair after an optional dot or blank.</summary>
internal static class HexText
{
    public static bool TryParse(string text, [NotNullWhen(true)] out HexBytes? bytes)
    {
        bytes = null;
        var list = new List<byte>();
        for (var i = 0; ;)
        {
            while (i < text.Length && text[i] is '.' or ' ' or '\t') i++;
            if (i == text.Length) break;
            if (i + 1 >= text.Length || !char.IsAsciiHexDigit(text[i]) || !char.IsAsciiHexDigit(text[i + 1])) return false;
            list.Add((byte)(Convert.ToInt32(text.Substring(i, 2), 16)));
            i += 2;
        }

        bytes = new HexBytes(list.ToArray());
        return true;
    }
}
