using System.Globalization;

namespace Fabric.Ovsdb.Tests;

/// <summary>The seed that <c>FABRIC_SEED</c> asks for.</summary>
internal static class Seeds
{
    public static int? Number =>
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : null;
}
