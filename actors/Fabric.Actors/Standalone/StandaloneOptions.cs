namespace Fabric.Actors;

/// <summary>What an ovs-vswitchd of its own is started with.</summary>
/// <param name="Database">Where its database is: <c>unix:FILE</c> or <c>tcp:HOST:PORT</c>.</param>
/// <param name="RunDirectory">Where the control socket goes, and relative socket names start.</param>
public sealed record StandaloneOptions(string Database, string RunDirectory)
{
    public DummyLevel Dummies { get; init; } = DummyLevel.None;

    /// <summary>Null: no log file.</summary>
    public string? LogFile { get; init; }

    /// <summary>Null: the console is nobody's.</summary>
    public TextWriter? Console { get; init; }

    /// <summary>Words of <c>-v</c>, in their order.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];

    /// <summary>Where <c>--unixctl</c> wants the control socket; null is the usual place.</summary>
    public string? ControlSocket { get; init; }
}
