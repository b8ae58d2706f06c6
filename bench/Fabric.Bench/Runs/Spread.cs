namespace Fabric.Bench;

/// <summary>The middle of some values and how far apart they lie.</summary>
public readonly record struct Spread(double Median, double Min, double Max)
{
    /// <summary>Null of no values.</summary>
    public static Spread? Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) return null;
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
