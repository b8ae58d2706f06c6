namespace Fabric.Bench;

/// <summary>One line of the table before it is measured.</summary>
/// <param name="Name">Tells it from the benchmark's other cases.</param>
/// <param name="Unit">Of both sides' values: Mpps, k/s, s, B/frame.</param>
/// <param name="Target">Null where nothing is owed.</param>
/// <param name="MoreIsBetter">False for times and sizes.</param>
public sealed record BenchCase(string Name, string Unit, Target? Target = null, bool MoreIsBetter = true);
