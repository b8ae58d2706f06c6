namespace Fabric.Actors;

/// <summary>To a kernel datapath: show yourself; answered by a <see cref="Agent.DatapathView"/>.</summary>
public sealed class GetDatapathView
{
    public static readonly GetDatapathView Instance = new();
}
