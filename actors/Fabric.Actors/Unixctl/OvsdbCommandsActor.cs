using Akka.Actor;
using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>
/// The commands of ovsdb-server: those of every daemon are run here, those of databases and remotes go to the database's actor.
/// <para>A restart means: commands under way are not answered, and their clients time out.</para>
/// </summary>
public sealed class OvsdbCommandsActor : ReceiveActor
{
    private readonly IActorRef _database;
    private readonly FabricClock _clock;
    private readonly UnixctlRegistry _registry = new($"ovsdb-server (Open vSwitch) {SwitchCommands.Version}");
    private readonly Dictionary<long, (IActorRef Asker, long Cookie)> _asked = [];
    private readonly HashSet<string> _forDatabase = [.. OvsdbCommands.Known.Select(c => c.Name)];
    private long _cookie;

    public OvsdbCommandsActor(IActorRef database, FabricClock clock, ISwitchHost host, VlogSettings log)
    {
        (_database, _clock) = (database, clock);
        ProcessCommands.Add(_registry, log, new Coverage(), host, "");
        foreach (var (name, usage, least, most) in OvsdbCommands.Known)
            _registry.Add(name, usage, least, most, _ => UnixctlReply.Done);
        Receive<RunUnixctl>(OnCommand);
        Receive<OvsdbCommandReply>(OnReply);
    }

    public static Props Props(IActorRef database, FabricClock clock, ISwitchHost host, VlogSettings log) =>
        Akka.Actor.Props.Create(() => new OvsdbCommandsActor(database, clock, host, log));

    private void OnCommand(RunUnixctl command)
    {
        var reply = _registry.Run(command.Method, command.Arguments, _clock.NowMs);
        if (reply.IsError || !_forDatabase.Contains(command.Method))
        {
            Sender.Tell(new UnixctlAnswer(command.Cookie, reply));
            return;
        }

        _asked.Add(++_cookie, (Sender, command.Cookie));
        _database.Tell(new OvsdbCommand(command.Method, [.. command.Arguments.Select(a => a!)], _cookie));
    }

    private void OnReply(OvsdbCommandReply reply)
    {
        if (_asked.Remove(reply.Cookie, out var asked))
            asked.Asker.Tell(new UnixctlAnswer(asked.Cookie, new UnixctlReply(reply.Text, reply.IsError)));
    }
}
