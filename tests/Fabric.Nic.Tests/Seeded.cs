using System.Globalization;

namespace Fabric.Nic.Tests;

/// <summary>The seed of random tests: <c>FABRIC_SEED</c>, or a fixed one. Failure messages name it.</summary>
internal static class Seeded
{
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20_261_122;

    public static Random Random(int salt = 0) => new(Seed + salt);

    public static string Note => $"FABRIC_SEED={Seed}";
}
