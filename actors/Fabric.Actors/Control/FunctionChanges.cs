using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fabric.Actors.Protocol;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Judges changes of a server's SR-IOV and lays them over those made before. Pure.</summary>
internal sealed class FunctionChanges
{
    private readonly FabricTopology _topology;
    private readonly string _server;
    private readonly NicSpec _nic;
    private readonly List<VmSpec> _vms;
    private readonly FunctionState _state;
    private RequestRefused? _refusal;

    private FunctionChanges(FabricTopology topology, ServerSpec server, FunctionState state)
    {
        (_topology, _server, _state) = (topology, server.Name, state);
        _nic = topology.FindNic(server.Nic) ?? new NicSpec { Name = server.Nic };
        _vms = [.. topology.VmsOn(server.Name)];
    }

    /// <summary>False: nothing is changed, and the refusal says why.</summary>
    public static bool TryApply(
        FabricTopology topology, FunctionState state, VfChange change, [NotNullWhen(true)] out FunctionState? next,
        [NotNullWhen(false)] out RequestRefused? refusal)
    {
        next = null;
        refusal = null;
        if (topology.FindServer(change.Server) is not { } server)
        {
            refusal = new RequestRefused(RequestFailure.NotFound, $"there is no server '{change.Server}'");
            return false;
        }

        var changes = new FunctionChanges(topology, server, state);
        next = changes.Apply(change);
        refusal = changes._refusal;
        return next is not null;
    }

    private FunctionState? Apply(VfChange change)
    {
        object?[] verbs = [change.Set, change.Create, change.Destroy, change.Move, change.Eswitch];
        if (verbs.Count(verb => verb is not null) != 1)
            return Refuse(RequestFailure.Invalid, "a change is one of set, create, destroy, move and eswitch");
        return change switch
        {
            { Set: { } set } => Set(set),
            { Create: { } create } => Create(create),
            { Destroy: { } destroy } => Destroy(destroy),
            { Move: { } move } => Move(move),
            _ => Eswitch(change.Eswitch!),
        };
    }

    private FunctionState? Set(VfSet set)
    {
        if (Existing(set.Vf) is not { } vf) return null;
        var now = FunctionPlanner.Of(_vms, _state, vf);
        var link = now.Spec.Link;
        if (set.Link is { } word && !TryParse(word, out link))
            return Refuse(RequestFailure.Invalid, $"'{word}' is not a link state (auto, enable, disable)");
        var spec = new VfSpec
        {
            Trust = set.Trust ?? now.Spec.Trust,
            SpoofCheck = set.SpoofCheck ?? now.Spec.SpoofCheck,
            Vlan = set.Vlan ?? now.Spec.Vlan,
            MinRate = set.MinRateBps ?? now.Spec.MinRate,
            MaxRate = set.MaxRateBps ?? now.Spec.MaxRate,
            Mtu = set.Mtu ?? now.Spec.Mtu,
            Link = link,
        };
        if (spec.FindError() is { } error) return Refuse(RequestFailure.Invalid, error);
        var mac = _state.Overrides.GetValueOrDefault(vf)?.Mac;
        if (set.Mac is { } text)
        {
            if (!MacAddress.TryParse(text, out var address) || address.IsMulticast || address.IsZero)
                return Refuse(RequestFailure.Invalid, $"'{text}' is not the MAC address of a machine such as 02:fa:b0:00:00:01");
            mac = address.ToString();
        }

        var promised = spec.MinRate + Others(vf).Sum(other => FunctionPlanner.Of(_vms, _state, other).Spec.MinRate);
        if (spec.MinRate > 0 && promised > _nic.PortBitsPerSecond[0])
            return Refuse(RequestFailure.Invalid,
                $"the VFs of {_server} would be promised {promised / 1_000_000}M, more than its port's "
                + $"{_nic.PortBitsPerSecond[0] / 1_000_000}M");
        return With(vf, new FunctionOverride(spec, mac));
    }

    private FunctionState? Create(VfCreate create)
    {
        if ((create.Vf is null) == (create.Count is null))
            return Refuse(RequestFailure.Invalid, "give either a VF or a count");
        if (create.Count is { } count)
        {
            if (count < 1 || count > _nic.Vfs)
                return Refuse(RequestFailure.Invalid, $"the NIC of {_server} has 1 to {_nic.Vfs} VFs, not {count}");
            return _state with { Destroyed = [.. _state.Destroyed.Where(vf => vf >= count)] };
        }

        if (Known(create.Vf!) is not { } one) return null;
        return _state.Destroyed.Contains(one) ? _state with { Destroyed = [.. _state.Destroyed.Where(vf => vf != one)] }
            : Refuse(RequestFailure.Conflict, $"{create.Vf} of {_server} exists already");
    }

    /// <summary>What was said of a VF goes with it: one made anew is as declared (Linux forgets it, too).</summary>
    private FunctionState? Destroy(VfDestroy destroy)
    {
        if (destroy.All == destroy.Vfs.Count > 0) return Refuse(RequestFailure.Invalid, "give VFs, or all");
        var going = new List<int>();
        if (destroy.All) going.AddRange(Enumerable.Range(0, _nic.Vfs).Except(_state.Destroyed));
        foreach (var name in destroy.Vfs)
        {
            if (Existing(name) is not { } vf) return null;
            going.Add(vf);
        }

        return _state with
        {
            Destroyed = [.. _state.Destroyed.Union(going).Order()],
            Overrides = _state.Overrides.Where(pair => !going.Contains(pair.Key)).ToDictionary(),
        };
    }

    private FunctionState? Move(VfMove move)
    {
        if (Existing(move.Vf) is not { } vf) return null;
        if (_topology.FindVm(move.Vm) is not { } vm) return Refuse(RequestFailure.NotFound, $"there is no VM '{move.Vm}'");
        if (vm.Server != _server)
            return Refuse(RequestFailure.Conflict, $"{vm.Name} runs on {vm.Server}: a VF is moved between VMs of one server");
        var holder = FunctionPlanner.Of(_vms, _state, vf).Vm;
        if (holder == vm.Name) return Refuse(RequestFailure.Conflict, $"{vm.Name} has {move.Vf} already");
        var places = new Dictionary<string, int>(_state.Places) { [vm.Name] = vf };
        if (holder is not null) places[holder] = -1;
        var moved = _state with { Places = places };
        return moved.Overrides.TryGetValue(vf, out var said) && said.Mac is not null
            ? moved with { Overrides = new Dictionary<int, FunctionOverride>(moved.Overrides) { [vf] = said with { Mac = null } } }
            : moved;
    }

    private FunctionState? Eswitch(string word) => word switch
    {
        "switchdev" => _state with { Eswitch = EswitchKind.Switchdev },
        "legacy" => _state with { Eswitch = EswitchKind.Legacy },
        _ => Refuse(RequestFailure.Invalid, $"'{word}' is not an eswitch mode (switchdev, legacy)"),
    };

    private FunctionState With(int vf, FunctionOverride said) =>
        _state with { Overrides = new Dictionary<int, FunctionOverride>(_state.Overrides) { [vf] = said } };

    private IEnumerable<int> Others(int vf) =>
        _vms.Select(vm => vm.Vf).Union(_state.Overrides.Keys).Where(other => other != vf && !_state.Destroyed.Contains(other));

    private int? Existing(string name)
    {
        if (Known(name) is not { } vf) return null;
        if (!_state.Destroyed.Contains(vf)) return vf;
        Refuse(RequestFailure.Conflict, $"{name} of {_server} does not exist; make it with vf create");
        return null;
    }

    private int? Known(string name)
    {
        if (name.StartsWith("vf", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var vf) && vf < _nic.Vfs
            && name == ServerPorts.VfName(vf)) return vf;
        Refuse(RequestFailure.NotFound, $"the NIC of {_server} has no '{name}'; it has vf0 to vf{_nic.Vfs - 1}");
        return null;
    }

    private static bool TryParse(string word, out VfLink link)
    {
        link = word switch { "enable" => VfLink.Enable, "disable" => VfLink.Disable, _ => VfLink.Auto };
        return word is "auto" or "enable" or "disable";
    }

    private FunctionState? Refuse(RequestFailure failure, string reason)
    {
        _refusal = new RequestRefused(failure, reason);
        return null;
    }
}
