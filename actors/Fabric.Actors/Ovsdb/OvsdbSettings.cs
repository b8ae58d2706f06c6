using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>What a database server serves and where.</summary>
public sealed record OvsdbSettings
{
    /// <summary>For the log, and where there are no files for the journal.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<OvsdbFile> Databases { get; init; }

    /// <summary>As <c>--remote</c> takes them, <c>db:DATABASE,TABLE,COLUMN</c> included.</summary>
    public IReadOnlyList<string> Remotes { get; init; } = [];

    /// <summary>Where it listens besides, without an operator who could ask for it by name.</summary>
    internal IReadOnlyList<Remote> OwnRemotes { get; init; } = [];

    /// <summary>What relative socket paths are relative to.</summary>
    public string RunDirectory { get; init; } = ".";

    /// <summary>Files in PEM, or <c>db:DATABASE,TABLE,COLUMN</c> that holds the file's name.</summary>
    public string? PrivateKey { get; init; }

    public string? Certificate { get; init; }

    public string? CaCertificate { get; init; }

    /// <summary>A missing CA certificate is taken from the first peer.</summary>
    public bool BootstrapsCa { get; init; }

    /// <summary>
    /// Waits for whoever holds a database's file, as a server does that moves here from another process, rather than give up.
    /// </summary>
    public bool WaitsForFiles { get; init; }

    /// <summary>Bytes below which a database file is not rewritten; above, when it is twice its last image (ovsdb/log.c).</summary>
    public long CompactFromSize { get; init; } = 10 << 20;

    public OvsdbServerOptions Server { get; init; } = new();
}
