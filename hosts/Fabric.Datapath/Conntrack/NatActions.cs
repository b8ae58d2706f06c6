namespace Fabric.Datapath;

/// <summary>What a connection has translated (OVS: <c>enum nat_action_e</c>).</summary>
[Flags]
internal enum NatActions : byte
{
    None = 0,
    Source = 1,
    SourcePort = 2,
    Destination = 4,
    DestinationPort = 8,
}
