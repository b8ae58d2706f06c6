using Fabric.Actors.Protocol;
using Fabric.Nic;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Makes a NIC's VFs and eswitch mode be as a plan says, and remembers who has which VF.</summary>
internal sealed class NicFunctions(SmartNic nic)
{
    private readonly Dictionary<int, string?> _owners = [];

    /// <summary>
    /// VFs that get another owner lose their link, and with it what waits for the old one, until <see cref="Drive"/>. Returns what the NIC
    /// refused.
    /// </summary>
    public IReadOnlyList<string> Apply(FunctionsPlan plan, long nowMs)
    {
        var refused = new List<string>();
        foreach (var gone in _owners.Keys.Except(plan.Functions.Select(function => function.Vf)).ToArray())
        {
            _owners.Remove(gone);
            nic.DestroyFunction(ServerPorts.VfPort(gone), nowMs);
        }

        // Least rates that shrink make room for those that grow.
        foreach (var function in plan.Functions.OrderBy(function => function.Spec.MinRate - MinRateOf(function.Vf)))
        {
            var port = ServerPorts.VfPort(function.Vf);
            var isSame = _owners.TryGetValue(function.Vf, out var owner) && owner == function.Vm;
            if (!isSame) nic.TrySetLink(port, false);
            if (!nic.TrySetFunction(port, ServerPorts.VfName(function.Vf), SettingsOf(function), nowMs, out var error))
            {
                refused.Add($"{ServerPorts.VfName(function.Vf)}: {error}");
                continue;
            }

            if (!isSame) nic.TrySetLink(port, false);
            _owners[function.Vf] = function.Vm;
        }

        nic.SetEswitch(plan.IsLegacy ? EswitchMode.Legacy : EswitchMode.Switchdev, nowMs);
        return refused;
    }

    /// <summary>VFs that a VM has can have a link again.</summary>
    public void Drive()
    {
        foreach (var (vf, owner) in _owners) nic.TrySetLink(ServerPorts.VfPort(vf), owner is not null);
    }

    /// <summary>What a guest may have that asks for it.</summary>
    public GuestAnswer Judge(GuestRequest request)
    {
        var refusals = new List<string>();
        var hasMac = request.Mac is { } mac && nic.TryChangeMac(request.Port, mac);
        if (request.Mac is { } refused && !hasMac) refusals.Add($"the NIC refused the address {refused}: {Why(request)}");
        if (request.Promiscuous is { } isOn && !nic.TrySetPromiscuous(request.Port, isOn))
            refusals.Add($"the NIC refused promiscuous mode: {Why(request)}");
        return new GuestAnswer(request, hasMac, refusals);
    }

    private string Why(GuestRequest request) =>
        !nic.TryGetFunction(request.Port, out var function) ? "the VF does not exist"
        : function.Settings.IsTrusted ? "it is nobody's address" : $"{function.Name} is not trusted";

    public static IReadOnlyList<NicFunctionState> StatesOf(SmartNic nic) =>
    [
        .. nic.Functions.Select(function => new NicFunctionState(
            function.Number, function.Mac.ToString(), function.IsUp, function.IsPromiscuous, function.WaitingCount,
            function.Drops.NonZero().ToDictionary())),
    ];

    private long MinRateOf(int vf) =>
        nic.TryGetFunction(ServerPorts.VfPort(vf), out var function) ? function.Settings.MinRateBps : 0;

    private static VfSettings SettingsOf(FunctionPlan function) => new()
    {
        Mac = function.Mac is { } mac ? MacAddress.Parse(mac) : default,
        IsTrusted = function.Spec.Trust,
        ChecksSpoof = function.Spec.SpoofCheck,
        Vlan = function.Spec.Vlan,
        MinRateBps = function.Spec.MinRate,
        MaxRateBps = function.Spec.MaxRate,
        Mtu = function.Spec.Mtu,
        Link = function.Spec.Link switch
        {
            VfLink.Enable => VfLinkMode.Enable,
            VfLink.Disable => VfLinkMode.Disable,
            _ => VfLinkMode.Auto,
        },
    };
}
