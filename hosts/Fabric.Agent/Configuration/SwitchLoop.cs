using Fabric.Flow;
using Fabric.Ovsdb;

namespace Fabric.Agent.Configuration;

/// <summary>
/// The loop from database to switch and back (OVS <c>bridge_run</c>). In come rows, first all and then every change in order; out go
/// requests to the datapath and operations for the database. Who brings and takes these is not its business: messages of the database's
/// actor, or an ordinary client session with a database of another process.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>S1: <c>cur_cfg</c> is written only when the datapath has confirmed all ports of that configuration, in the transaction that writes
/// their numbers and errors or a later one.</item>
/// <item>S2: a column is written only when its value differs from the row's, so that a switch at rest writes nothing.</item>
/// <item>S3: one transaction is under way at a time.</item>
/// </list>
/// </summary>
public sealed class SwitchLoop
{
    public const int DefaultStatisticsIntervalMs = 5_000;

    private static readonly Dictionary<string, string> NoStatistics = [];

    private readonly StatusColumns _status;
    private readonly OvsAgent _agent;
    private readonly HashSet<OdpPort> _down = [];
    private bool _isChanged;
    private bool _isStatusDue;
    private bool _isWriting;
    private bool _isSnapshotTaken;
    private long _applied = -1;
    private long _round;
    private long _confirmedRound;
    private IReadOnlyDictionary<OdpPort, PortCounters>? _counters;
    private IReadOnlyDictionary<string, string>? _host;

    public SwitchLoop(OvsAgent agent, IDevices devices)
    {
        _agent = agent;
        Reconciler = new SwitchReconciler(agent, devices);
        _status = new StatusColumns(Database, agent, Reconciler, devices);
    }

    public DatabaseCopy Database { get; } = new();

    public SwitchReconciler Reconciler { get; }

    /// <summary>What the switch was last made to be.</summary>
    public SwitchConfiguration Configuration { get; private set; } = new();

    /// <summary>Tells of the connections of a row of <c>Controller</c>.</summary>
    public Func<Guid, ControllerStatus?> Controllers { get; set; } = _ => null;

    /// <summary>The last round of <see cref="TryReconcile"/>.</summary>
    public long Round => _round;

    /// <summary>The datapath has confirmed all that it was asked, and nothing is waiting to be asked.</summary>
    public bool IsConfirmed => !_isChanged && _confirmedRound == _round;

    /// <summary>Everything asked of the switch has been done and told.</summary>
    public bool IsSettled => _isSnapshotTaken && !_isChanged && _confirmedRound == _round && !_isStatusDue && !_isWriting;

    /// <summary>From <c>other_config:stats-update-interval</c>, never below 5 s, as in OVS.</summary>
    public int StatisticsIntervalMs => Database.Root is { } root && root["other_config"].TryGet("stats-update-interval", out var text)
        && int.TryParse(text, out var ms) ? Math.Max(ms, DefaultStatisticsIntervalMs) : DefaultStatisticsIntervalMs;

    /// <summary><c>other_config:enable-statistics</c>.</summary>
    public bool WantsHostStatistics =>
        Database.Root is { } root && root["other_config"].TryGet("enable-statistics", out var text) && text == "true";

    /// <summary>All rows anew: at the start, and whenever the connection to the database was lost.</summary>
    public void TakeSnapshot(IEnumerable<Row> rows)
    {
        Database.Reset();
        foreach (var row in rows) Database.Set(row.Table.Name, row.Id, row);
        _isSnapshotTaken = _isChanged = true;
        _isWriting = false;
    }

    public void TakeChanges(IEnumerable<RowChange> changes)
    {
        foreach (var change in changes)
        {
            Database.Set(change.Table.Name, change.Id, change.New);
            _isChanged |= ConfigurationReader.IsChange(change.Table.Name, change.Old, change.New);
        }
    }

    /// <summary>
    /// Makes the switch follow the database, if that has changed. True when something was asked of the datapath (if only whether it is up
    /// to date), which is to be confirmed by this round.
    /// </summary>
    public bool TryReconcile(IVports vports, long nowMs, out long round)
    {
        round = _round;
        if (!_isChanged) return false;
        _isChanged = false;
        Configuration = ConfigurationReader.Of(Database);
        Reconciler.Apply(Configuration, vports, nowMs);
        _agent.SetZones(Configuration.Zones);
        foreach (var port in _down) Follow(port, false, nowMs);
        foreach (var state in Reconciler.Interfaces.Values)
            if (!state.IsAdminUp) Follow(state.Odp, false, nowMs);
        _applied = Database.Root?.Number("next_cfg") ?? -1;
        round = ++_round;
        return true;
    }

    /// <summary>Devices have come, gone or changed, which the next <see cref="TryReconcile"/> looks at (OVS <c>if_notifier</c>).</summary>
    public void DevicesChanged()
    {
        Reconciler.DevicesChanged();
        _isChanged |= _isSnapshotTaken;
    }

    /// <summary>Somebody took a port away from the datapath; it comes back with the next change of the configuration.</summary>
    public bool Lose(string name, IVports vports, long nowMs)
    {
        _isStatusDue = true;
        return Reconciler.Lose(name, vports, nowMs);
    }

    /// <summary>Somebody gave a datapath port another number, which the next <see cref="TryReconcile"/> finds.</summary>
    public void Renumber(string name, OdpPort number, IVports vports, long nowMs)
    {
        var isAdminUp = Reconciler.Interfaces.GetValueOrDefault(name) is not { IsAdminUp: false };
        if (!Lose(name, vports, nowMs)) return;
        Reconciler.Remember([(name, number, isAdminUp)]);
        _isChanged = true;
    }

    /// <summary>The datapath has done all that was asked up to this round.</summary>
    public void Confirm(long round)
    {
        if (round <= _confirmedRound) return;
        _confirmedRound = round;
        _isStatusDue = true;
    }

    /// <summary>Something that shows in the status changed by itself: a link, a bond's active member.</summary>
    public void RefreshStatus() => _isStatusDue = true;

    /// <summary>The link of a datapath port went up or down.</summary>
    public void SetLink(OdpPort port, bool isUp, long nowMs)
    {
        if (isUp ? !_down.Remove(port) : !_down.Add(port)) return;
        if (Follow(port, isUp, nowMs) is not { } state) return;
        state.LinkResets++;
        _isStatusDue = true;
    }

    /// <summary>Somebody sets a device up or down; false where there is none to set.</summary>
    public bool TrySetUp(string name, bool isUp, IVports vports, long nowMs)
    {
        if (Reconciler.SetUp(name, isUp, vports) is not { } state) return false;
        Follow(state.Odp, !_down.Contains(state.Odp), nowMs);
        _isStatusDue = true;
        return true;
    }

    /// <param name="host">For <c>Open_vSwitch.statistics</c>, which the operator has to ask for.</param>
    public void TakeStatistics(
        IReadOnlyDictionary<OdpPort, PortCounters> counters, IReadOnlyDictionary<string, string>? host = null) =>
        (_counters, _host, _isStatusDue) = (counters, host, true);

    /// <summary>The next transaction, a JSON array of operations; false when there is nothing to write, or one is under way.</summary>
    public bool TryTakeWrite(out byte[] operations)
    {
        operations = [];
        if (_isWriting || !_isStatusDue || Database.Root is not { } root) return false;
        _isStatusDue = false;
        var write = new DatabaseWrite();
        _status.WriteRoot(write, root);
        _status.WriteBridges(write);
        if (_counters is not null) _status.WriteStatistics(write, _counters);
        _status.WriteControllers(write, Controllers);
        write.Set(root, "statistics", WantsHostStatistics ? _host ?? NoStatistics : NoStatistics);
        if (_confirmedRound == _round && _applied >= 0) write.Set(root, "cur_cfg", _applied);
        if (write.IsEmpty) return false;
        operations = write.ToOperations();
        _isWriting = true;
        return true;
    }

    private InterfaceState? Follow(OdpPort port, bool isUp, long nowMs)
    {
        var state = Reconciler.Interfaces.Values.FirstOrDefault(i => i.IsWorking && i.Odp == port && !i.IsTunnel);
        if (state is not null) _agent.SetPortUp(state.Bridge, state.Name, isUp && state.IsAdminUp, nowMs);
        return state;
    }

    /// <summary>The transaction was committed, or refused, in which case it is made anew from what the database says by then.</summary>
    public void Written(bool isDone)
    {
        _isWriting = false;
        _isStatusDue |= !isDone;
    }
}
