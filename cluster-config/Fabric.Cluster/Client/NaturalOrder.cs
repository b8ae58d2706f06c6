namespace Fabric.Cluster;

/// <summary>Orders names as people count: <c>server-2</c> before <c>server-10</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Comparer { get; } = new();

    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        while (a.Length > 0 && b.Length > 0)
        {
            var (da, db) = (Digits(a), Digits(b));
            var order = da > 0 && db > 0 ? CompareNumbers(a[..da], b[..db]) : a[0].CompareTo(b[0]);
            if (order != 0) return order;
            a = a[Math.Max(da > 0 && db > 0 ? da : 1, 1)..];
            b = b[Math.Max(da > 0 && db > 0 ? db : 1, 1)..];
        }

        return a.Length - b.Length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var i = text.IndexOfAnyExceptInRange('0', '9');
        return i < 0 ? text.Length : i;
    }

    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
    }
}
