using System.Globalization;

namespace Fabric.Flow.Tests;

/// <summary>Seeds of random tests: <c>FABRIC_SEED</c>, or a fixed default. Failures name the seed.</summary>
internal static class Seeds
{
    public static int Value { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20_261_122;

    public static Random New(int salt = 0) => new(unchecked(Value + salt * 7919));

    public static string Where(int round) => $"FABRIC_SEED={Value}, round {round}";
}
