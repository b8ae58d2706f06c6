namespace Fabric.Bench;

/// <summary>One benchmark, run by its name.</summary>
public interface IBenchmark
{
    string Name { get; }

    string Purpose { get; }

    void Run(TextWriter output);
}
