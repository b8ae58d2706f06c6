namespace Fabric.Bench;

/// <summary>One benchmark, run by its name: it measures its cases through <see cref="BenchRun"/> and prints nothing itself.</summary>
public interface IBenchmark
{
    /// <summary>The word that <c>fabric bench</c> takes.</summary>
    string Name { get; }

    /// <summary>One line for the list: what is done, and in which unit it is counted.</summary>
    string Purpose { get; }

    void Run(BenchRun run);
}
