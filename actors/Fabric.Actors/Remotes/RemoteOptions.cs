namespace Fabric.Actors;

/// <summary>How sessions of one remote are treated; columns of a Manager row where one names the remote.</summary>
/// <param name="ProbeMs">Inactivity probe; 0: none.</param>
/// <param name="MaxBackoffMs">Longest pause between two attempts of an active remote.</param>
/// <param name="IsReadOnly">Refuses transactions that would change something.</param>
internal sealed record RemoteOptions(int ProbeMs, int MaxBackoffMs, bool IsReadOnly)
{
    /// <summary>lib/reconnect.h</summary>
    public const int DefaultMaxBackoffMs = 8_000;

    /// <summary>First pause after a failed attempt (lib/reconnect.h).</summary>
    public int MinBackoffMs { get; init; } = 1_000;

    /// <summary>Whether those that call get a <see cref="ConversingConnection"/>.</summary>
    public bool MayConverse { get; init; }

    public static RemoteOptions DefaultOf(Remote remote) => new(remote.ProbeMs, DefaultMaxBackoffMs, IsReadOnly: false);

    /// <summary>For a part of the same server, which is there soon if it is not yet.</summary>
    public static RemoteOptions Near(Remote remote) => DefaultOf(remote) with { ProbeMs = 0, MinBackoffMs = 20, MaxBackoffMs = 1_000 };
}
