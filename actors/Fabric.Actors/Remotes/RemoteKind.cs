namespace Fabric.Actors;

/// <summary>The connection methods of ovsdb(7), and one within a process.</summary>
public enum RemoteKind
{
    Unix,
    PassiveUnix,
    Tcp,
    PassiveTcp,
    Ssl,
    PassiveSsl,
    Memory,
    PassiveMemory,
}
