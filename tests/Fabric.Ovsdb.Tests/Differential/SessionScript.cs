namespace Fabric.Ovsdb.Tests;

/// <summary>Drives both servers with the same steps and compares all that each of their sessions says after each step.</summary>
internal sealed class SessionScript(OurServer ours, RealServer real)
{
    private readonly CanonicalText _ourText = new();
    private readonly CanonicalText _realText = new();
    private readonly List<string> _differences = [];
    private readonly HashSet<int> _open = [];
    private int _nextId;

    public IReadOnlyList<string> Differences => _differences;

    public int MessageCount { get; private set; }

    /// <summary>
    /// Whether updates that say of a row only that it changed count. ovsdb-server sends them when a column changes that a condition names,
    /// also one that the condition of another session, or an earlier one, has named: which is a matter of who shared a monitor with whom.
    /// </summary>
    public bool KeepsEmptyChanges { get; set; }

    public void Open(int session)
    {
        ours.Open(session);
        real.Open(session);
        _open.Add(session);
    }

    public void Close(int session)
    {
        ours.Close(session);
        real.Close(session);
        _open.Remove(session);
        Compare($"closed {session}");
    }

    /// <summary>A request with an id of its own.</summary>
    public void Call(int session, string method, string parameters) =>
        Send(session, $$"""{"id":{{++_nextId}},"method":"{{method}}","params":{{parameters}}}""");

    public void Transact(int session, string operations) => Call(session, "transact", $"""["d",{operations}]""");

    public void Send(int session, string bytes)
    {
        ours.Send(session, bytes);
        real.Send(session, bytes);
        Compare($"{session}: {bytes}");
    }

    public void Advance(int ms)
    {
        ours.Advance(ms);
        real.Advance(ms);
        Compare($"{ms} ms later");
    }

    private void Compare(string step)
    {
        var (we, they) = (ours.Collect(), real.Collect());
        _ourText.Learn(we.Values.SelectMany(m => m));
        _realText.Learn(they.Values.SelectMany(m => m));
        foreach (int session in _open)
        {
            var (our, their) = (_ourText.Of(we[session], KeepsEmptyChanges), _realText.Of(they[session], KeepsEmptyChanges));
            MessageCount += their.Count;
            if (!our.SequenceEqual(their))
            {
                _differences.Add($"after {step}\n session {session}\n  ovsdb-server: {string.Join("\n                ", their)}\n"
                    + $"  ours:         {string.Join("\n                ", our)}");
            }
            if (ours.IsClosed(session) != real.IsClosed(session))
                _differences.Add($"after {step}\n session {session} is {(real.IsClosed(session) ? "" : "not ")}closed by ovsdb-server");
        }
    }
}
