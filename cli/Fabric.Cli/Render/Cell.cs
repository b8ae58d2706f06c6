using System.Globalization;

namespace Fabric.Cli.Render;

/// <param name="Text">For people, with units.</param>
/// <param name="Raw">For programs, without.</param>
internal readonly record struct Cell(string Text, string Raw, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string text) => new(text, text);

    public static implicit operator Cell(int number) => (long)number;

    public static implicit operator Cell(long number) =>
        new(number.ToString("N0", CultureInfo.InvariantCulture), number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A round-trip time in microseconds; <paramref name="absent"/> when there is none.</summary>
    public static Cell Rtt(long? rttUs, string absent = "lost") =>
        rttUs is { } us ? new Cell(Units.Duration(us), us.ToString(CultureInfo.InvariantCulture)) : new Cell(absent, "", Tone.Bad);

    public static Cell OfTier(string tier) => new(tier, tier, tier switch
    {
        "L1" => Tone.Good,
        "L2" => Tone.Nic,
        "L3" => Tone.Kernel,
        "agent" => Tone.Agent,
        _ => Tone.Plain,
    });

    public static Cell OfState(string state) => new(state, state, state.ToLowerInvariant() switch
    {
        "up" or "ready" or "running" => Tone.Good,
        "unreachable" or "down" or "failed" or "removed" => Tone.Bad,
        _ => Tone.Warn,
    });

    /// <summary>A node by its host and port, which is all that differs between the addresses of one cluster.</summary>
    public static Cell OfNode(string address) => new(address[(address.IndexOf('@') + 1)..], address);

    public Cell In(Tone tone) => this with { Tone = tone };
}
