namespace Fabric.Actors;

/// <summary>The connection methods of ovsdb(7).</summary>
public enum RemoteKind
{
    Unix,
    PassiveUnix,
    Tcp,
    PassiveTcp,
    Ssl,
    PassiveSsl,
}
