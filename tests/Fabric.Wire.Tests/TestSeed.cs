using System.Globalization;

namespace Fabric.Wire.Tests;

/// <summary>Seed of the random tests: <c>FABRIC_SEED</c>, else a fixed one. Failure messages name it.</summary>
internal static class TestSeed
{
    public static int Value { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : 20_261_122;

    /// <summary>Not the fixed one.</summary>
    public static bool IsGiven => Value != 20_261_122;

    public static string Text => string.Create(CultureInfo.InvariantCulture, $"FABRIC_SEED={Value}");
}
