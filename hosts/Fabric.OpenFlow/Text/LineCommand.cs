namespace Fabric.OpenFlow;

/// <summary>The word that a line of a file may begin with: what is to be done with what follows.</summary>
internal static class LineCommand
{
    /// <summary>The first word, whether it is a command or not, and all that stands behind it, white space in front left out.</summary>
    public static (string Word, string Behind) Split(string line)
    {
        var text = line.TrimStart(' ', '\t', '\r', '\n');
        var length = text.AsSpan().IndexOfAny(", \t\r\n");
        return length < 0 ? (text, "") : (text[..length], text[length..]);
    }
}
