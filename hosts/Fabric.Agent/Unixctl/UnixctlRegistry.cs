using System.Text;

namespace Fabric.Agent;

/// <summary>
/// The commands of one daemon (OVS: <c>lib/unixctl.c</c>), with the checks and texts that are the same for all. <c>list-commands</c> and
/// <c>version</c> are there from the start.
/// </summary>
public sealed class UnixctlRegistry
{
    /// <summary>Of a command that takes any number of arguments.</summary>
    public const int Unlimited = int.MaxValue;

    private readonly SortedDictionary<string, UnixctlCommand> _commands = new(StringComparer.Ordinal);

    /// <param name="version">The whole line that <c>version</c> prints, such as <c>ovs-vswitchd (Open vSwitch) 3.1.0</c>.</param>
    public UnixctlRegistry(string version)
    {
        Add("list-commands", "", 0, 0, _ => List());
        Add("version", "", 0, 0, _ => UnixctlReply.Ok(version));
    }

    /// <summary>The commands that are told of, sorted by name.</summary>
    public IEnumerable<(string Name, string Usage)> Usages =>
        from command in _commands.Values where command.Usage is not null select (command.Name, command.Usage);

    /// <summary>Commands that ran, whatever came of them.</summary>
    public long Count { get; private set; }

    public void Add(string name, string? usage, int minArguments, int maxArguments, Func<UnixctlCall, UnixctlReply> run) =>
        _commands.Add(name, new UnixctlCommand(name, usage, minArguments, maxArguments, run));

    public UnixctlReply Run(string method, IReadOnlyList<string?> arguments, long nowMs)
    {
        Count++;
        if (!_commands.TryGetValue(method, out var command))
            return UnixctlReply.Fail($"\"{method}\" is not a valid command (use \"list-commands\" to see a list of valid commands)");
        if (arguments.Count < command.MinArguments)
            return UnixctlReply.Fail($"\"{method}\" command requires at least {command.MinArguments} arguments");
        if (arguments.Count > command.MaxArguments)
            return UnixctlReply.Fail($"\"{method}\" command takes at most {command.MaxArguments} arguments");
        var texts = new string[arguments.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            if (arguments[i] is not { } text) return UnixctlReply.Fail($"\"{method}\" command has non-string argument");
            texts[i] = text;
        }

        return command.Run(new UnixctlCall(texts, nowMs));
    }

    private UnixctlReply List()
    {
        var text = new StringBuilder("The available commands are:\n");
        foreach (var (name, usage) in Usages) text.Append("  ").Append(name.PadRight(23)).Append(' ').Append(usage).Append('\n');
        return UnixctlReply.Ok(text.ToString());
    }
}
