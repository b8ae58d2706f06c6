using System.Globalization;

namespace Fabric.Datapath.Tests;

/// <summary>Random tests start from here; every failure message names the seed, and FABRIC_SEED repeats it.</summary>
internal static class Seeds
{
    public static int Value { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20_261_122;

    public static Random Random(int salt) => new(Value * 31 + salt);

    public static string Note => $"FABRIC_SEED={Value}";
}
