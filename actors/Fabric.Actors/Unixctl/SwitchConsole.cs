using Akka.Actor;
using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>
/// Runs the commands of ovs-vswitchd where its agent lives, and writes its log. The agent's actor calls; answers to commands that wait
/// for a sweep, or for time to pass, go out when that has happened.
/// </summary>
internal sealed class SwitchConsole : IDisposable
{
    private readonly UnixctlRegistry _registry;
    private readonly List<(ReplyMoment Moment, IActorRef Asker, UnixctlAnswer Answer)> _held = [];

    public SwitchConsole(SwitchContext context, DaemonLog log)
    {
        (Context, Log) = (context, log);
        _registry = SwitchCommands.Create(context);
    }

    public SwitchContext Context { get; }

    public UnixctlRegistry Registry => _registry;

    public DaemonLog Log { get; }

    /// <param name="hasMoments">False when no sweep may come, so that nothing waits for one.</param>
    public void Run(RunSwitchCommand message, long nowMs, IActorRef asker, bool hasMoments)
    {
        var (cookie, method, arguments) = message.Command;
        Log.Write("unixctl", VlogLevel.Dbg, $"received request {method}[{string.Join(", ", arguments.Select(a => $"\"{a}\""))}], id=0");
        Context.View = message.View;
        var reply = _registry.Run(method, arguments, nowMs);
        Context.View = DatapathView.None;
        var text = reply.Text.ReplaceLineEndings("\\n");
        Log.Write("unixctl", VlogLevel.Dbg, $"replying with {(reply.IsError ? "error" : "success")}, id=0: \"{text}\"");
        var answer = new UnixctlAnswer(cookie, reply);
        if (reply.When != ReplyMoment.Now && hasMoments) _held.Add((reply.When, asker, answer));
        else asker.Tell(answer);
    }

    /// <summary>Answers that waited for this leave.</summary>
    public void Reached(ReplyMoment moment)
    {
        foreach (var (_, asker, answer) in _held.Where(h => h.Moment == moment)) asker.Tell(answer);
        _held.RemoveAll(h => h.Moment == moment);
    }

    public void Dispose() => Log.Dispose();
}
