using System.Text;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// One <c>dpctl/*</c> command: its options, the datapath it names, and the text it has made so far (OVS: <c>dpctl_unixctl_handler</c>).
/// Errors carry the daemon's name in front, and the words of errno behind.
/// </summary>
internal sealed class DpctlCall(SwitchContext context)
{
    public const string Invalid = "Invalid argument";
    public const string TooLong = "Argument list too long";
    public const string NoEntry = "No such file or directory";

    private readonly StringBuilder _text = new();
    private bool? _names;
    private List<DatapathFlowView>? _flows;

    /// <summary>The agent's, until another one is chosen.</summary>
    public DatapathView View { get; private set; } = context.View;

    /// <summary>What takes changes to <see cref="View"/>.</summary>
    public IDatapath Datapath { get; private set; } = context.Datapath;

    /// <summary>Who hears of flows that the agent's datapath is given; null where they are shown as that datapath has them.</summary>
    public FlowMade? FlowMade => Datapath == context.Datapath ? context.Agent.FlowMade : null;

    /// <summary>Those of <see cref="View"/>, kept up with what this call puts and deletes.</summary>
    public List<DatapathFlowView> Flows => _flows ??= [.. View.Flows];

    /// <summary>All there are.</summary>
    public IEnumerable<DatapathView> Views =>
        [.. (context.Datapaths?.Others ?? []).Append(context.View).OrderBy(v => v.FullName, StringComparer.Ordinal)];

    public List<string> Arguments { get; private set; } = [];

    public bool IsVerbose { get; private set; }

    public bool WithStatistics { get; private set; }

    /// <summary>Null: ports are numbers.</summary>
    public IPortNames? Names => _names ?? IsVerbose ? new ViewPortNames(View) : null;

    public static UnixctlReply Run(SwitchContext context, UnixctlCall call, Func<DpctlCall, bool> body)
    {
        var dpctl = new DpctlCall(context);
        var done = dpctl.TakeOptions(call.Arguments) && body(dpctl);
        return new UnixctlReply(dpctl._text.ToString(), !done);
    }

    public void Print(string text) => _text.Append(text);

    /// <summary>Adds a complaint; always false.</summary>
    public bool Fail(string complaint, string? errno = null)
    {
        _text.Append("ovs-vswitchd: ").Append(complaint).Append(errno is null ? "\n" : $" ({errno})\n");
        return false;
    }

    /// <summary>
    /// Takes the datapath's name off the front, if there is one. <paramref name="maxArguments"/> is with it: that many words of which the
    /// first is no datapath are an error.
    /// </summary>
    public bool OpenDatapath(int maxArguments)
    {
        if (Arguments.Count > 0 && Choose(Arguments[0]))
        {
            Arguments.RemoveAt(0);
            return true;
        }

        if (Arguments.Count == maxArguments) return Fail("datapath not found", Invalid);
        if (context.Datapaths is not { Others.Count: > 0 }) return true;
        Fail("multiple datapaths, specify one");
        return Fail("datapath not found", Invalid);
    }

    /// <summary>False when there is no such datapath; otherwise it is the one that this call is about.</summary>
    public bool Choose(string word)
    {
        if (word == context.View.FullName || word == context.View.Name)
        {
            (View, Datapath) = (context.View, context.Datapath);
            return true;
        }

        if (context.Datapaths?.Others.FirstOrDefault(v => v.FullName == word) is not { } other) return false;
        (View, Datapath) = (other, context.Datapaths.Find(word)!);
        return true;
    }

    private bool TakeOptions(IReadOnlyList<string> arguments)
    {
        var at = 0;
        for (; at < arguments.Count && arguments[at].Length > 1 && arguments[at][0] == '-'; at++)
        {
            var word = arguments[at];
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                if (TakeLong(word)) continue;
                _text.Append("Unrecognized option ").Append(word);
                return false;
            }

            foreach (var letter in word.AsSpan(1))
            {
                if (letter == 'm') IsVerbose = true;
                else if (letter == 's') WithStatistics = true;
                else
                {
                    _text.Append("Unrecognized option -").Append(letter);
                    return false;
                }
            }
        }

        Arguments = [.. arguments.Skip(at)];
        return true;
    }

    private bool TakeLong(string word)
    {
        switch (word)
        {
            case "--statistics": WithStatistics = true; return true;
            case "--more": IsVerbose = true; return true;
            case "--names": _names = true; return true;
            case "--no-names": _names = false; return true;
            // Zeroing what was read, and making what is changed, need the put and del commands, which take them as read.
            case "--clear" or "--may-create": return true;
            default: return false;
        }
    }
}
