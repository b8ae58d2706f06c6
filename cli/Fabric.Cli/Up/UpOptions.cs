using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;

namespace Fabric.Cli.Up;

/// <param name="File">Topology file.</param>
/// <param name="Background">This is the process that <c>--detach</c> left behind: it prints nothing but errors and checks nothing.</param>
/// <param name="DataDirectory">Absolute.</param>
internal sealed record UpOptions(
    string File, int Nodes, bool Validate, bool Fresh, bool Background, Uri Api, HostAndPort Remoting, string DataDirectory, string? Token,
    OutputFormat Format, bool Quiet);
