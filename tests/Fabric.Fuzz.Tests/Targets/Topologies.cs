using System.Text;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>Topology files: a topology, or errors that each have a place.</summary>
internal sealed class Topologies() : TextFuzzTarget(Quickstart())
{
    public override long MaxAllocatedSize => 16 << 20;

    /// <summary>Besides the good one: a wrong shape, JSON, and anchors that refer to themselves.</summary>
    public override IEnumerable<byte[]> Samples =>
    [
        .. base.Samples,
        .. new[] { "name: x\nservers:\n  - name: a\n    rack: [1, 2]\n", "{\"name\": \"x\"}", "a: &b [*b, *b]\n" }
            .Select(Encoding.Latin1.GetBytes),
    ];

    public override bool TryRead(string text)
    {
        var isLoaded = TopologyFile.TryLoad(text, "fuzz.yaml", out var topology, out var errors);
        Invariant.Check(isLoaded == (errors.Count == 0), "either a topology or errors");
        Invariant.Check(!isLoaded || topology is not null, "a good file gives a topology");
        return isLoaded;
    }

    private static string Quickstart()
    {
        using var stream = typeof(Topologies).Assembly.GetManifestResourceStream("quickstart.yaml")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
