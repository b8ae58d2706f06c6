using System.Globalization;

namespace Fabric.Simulation.Tests;

/// <summary>Which seeds to run: one by <c>FABRIC_SEED</c>, that many by <c>FABRIC_SEEDS</c>, else a fixed list.</summary>
internal static class Seeds
{
    private const int DefaultCount = 300;
    private const int First = 1;

    public static IReadOnlyList<int> All
    {
        get
        {
            if (Number("FABRIC_SEED") is { } one) return [one];
            return [.. Enumerable.Range(First, Number("FABRIC_SEEDS") ?? DefaultCount)];
        }
    }

    /// <summary>Those that failed once.</summary>
    public static IReadOnlyList<int> Failed =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Seeds", "failed-seeds.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => int.Parse(line.Split([' ', ':'])[0], CultureInfo.InvariantCulture)),
    ];

    public static string Rerun(int seed) =>
        $"FABRIC_SEED={seed} dotnet test tests/Fabric.Simulation.Tests -c Release --filter RandomFabrics";

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
