namespace Fabric.Topology;

/// <summary>Follows names to what they name.</summary>
internal static class References
{
    /// <summary>How many names an error lists before it ends with an ellipsis.</summary>
    private const int MaxListed = 12;

    /// <returns>False when the name names nothing; that is then an error.</returns>
    public static bool Check(ConfigNode at, string path, string what, IEnumerable<string> known, ErrorList errors)
    {
        // What is no name at all was told by the first pass.
        if (at.Kind != ConfigKind.Scalar || !NameText.IsName(at.Text))
            return false;

        if (known.Contains(at.Text))
            return true;

        errors.Add(at, path, $"there is no {what} '{at.Text}'", Listed(known));
        return false;
    }

    public static IReadOnlyList<string> Listed(IEnumerable<string> names)
    {
        List<string> some = [.. names.Take(MaxListed + 1)];
        if (some.Count > MaxListed)
            some[MaxListed] = "...";
        return some;
    }
}
