namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>Who types a group's lines at one server.</summary>
internal sealed class Operator(SwitchPeer peer, string program, string database) : IAsyncDisposable
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, Tool> _background = [];

    /// <summary>Runs a line and returns all that can be seen of it.</summary>
    public async Task<string> RunAsync(CaseFile.Line line)
    {
        if (line.Background is { } name)
        {
            _background.Add(name, Start(line.Text, isBackground: true));
            await _background[name].UntilSaysAsync("\n");
            return "";
        }

        var isEnd = line.Text.StartsWith("stop ", StringComparison.Ordinal);
        await using var tool = isEnd ? _background[line.Text[5..]] : Start(line.Text, isBackground: false);
        if (isEnd) _background.Remove(line.Text[5..]);
        var run = isEnd && !tool.HasExited ? await tool.StopAsync(Tool.Terminate) : await tool.EndAsync();
        if (line.Variable is not null) _variables[line.Variable] = run.Out.Trim();
        var (printed, error) = (await ReadableAsync(run.Out, line.InAnyOrder), await ReadableAsync(run.Error, inAnyOrder: false));
        return $"status {run.ExitCode}\n{printed}\n{error}";
    }

    /// <summary>What a command in the background has said so far.</summary>
    public Task<string> SaidAsync(string background) => ReadableAsync(_background[background].Said, inAnyOrder: false);

    public async ValueTask DisposeAsync()
    {
        foreach (var tool in _background.Values) await tool.DisposeAsync();
    }

    private Tool Start(string line, bool isBackground)
    {
        var variables = _variables.Select(variable => $"{variable.Key}={variable.Value}");
        string[] limit = isBackground ? [] : ["OVS_CTL_TIMEOUT=30"];
        // With exec a signal reaches the client itself; some clients would keep what they say until they end.
        var script = isBackground ? $"exec stdbuf -oL {line}" : program.Length > 0 ? $"exec {program} {line}" : line;
        return peer.Start("env", ["-C", peer.RunDirectory, .. limit, .. variables, "sh", "-c", script]);
    }

    /// <summary>Ids that a command printed may be of rows that it made or removed, so what earlier dumps named is kept.</summary>
    private async Task<string> ReadableAsync(string text, bool inAnyOrder)
    {
        if (DatabaseDump.MentionsRows(text))
            foreach (var (id, name) in (await peer.DumpAsync(database)).Names) _names[id] = name;
        return OutputText.Of(text, peer, _names, inAnyOrder);
    }
}
