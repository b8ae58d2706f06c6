namespace Fabric.Ovsdb;

/// <summary>"a", "a and b", "a, b, and c".</summary>
internal static class EnglishList
{
    public static string Join(IEnumerable<string> parts)
    {
        string[] all = [.. parts];
        return all.Length switch
        {
            0 => "",
            1 => all[0],
            2 => $"{all[0]} and {all[1]}",
            _ => $"{string.Join(", ", all[..^1])}, and {all[^1]}",
        };
    }
}
