using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>A server's VFs: those that somebody has or of which something is said, and those that a VM is without.</summary>
internal static class VfReports
{
    public static IReadOnlyList<VfState> Of(
        ServerPlan plan, IReadOnlyList<NicFunctionState> functions, IReadOnlyList<VfPartState> parts)
    {
        var onCard = functions.ToDictionary(function => function.Port);
        var counted = parts.ToDictionary(part => part.Name);
        var missing = plan.Vms.Where(vm => plan.Functions.Destroyed.Contains(vm.Vf))
            .Select(vm => new FunctionPlan(vm.Vf, vm.Name, vm.Mac, new Topology.VfSpec()));
        return
        [
            .. plan.Functions.Functions.Concat(missing).OrderBy(function => function.Vf).Select(function => Of(
                plan, function, onCard.GetValueOrDefault(ServerPorts.VfPort(function.Vf)),
                counted.GetValueOrDefault(ServerPorts.VfName(function.Vf)))),
        ];
    }

    private static VfState Of(ServerPlan plan, FunctionPlan function, NicFunctionState? card, VfPartState? part)
    {
        var spec = function.Spec;
        var drops = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var counted in new[] { card?.Drops, part?.Account.Drops })
            foreach (var (reason, frames) in counted ?? new Dictionary<DropReason, long>())
                drops[reason.ToString()] = drops.GetValueOrDefault(reason.ToString()) + frames;
        return new VfState(
            plan.Name, ServerPorts.VfName(function.Vf), ServerPorts.VfPort(function.Vf).Value, function.Vm ?? "",
            card?.Mac ?? function.Mac ?? "", card?.IsUp ?? false, part?.RxFrames ?? 0, part?.RxBytes ?? 0, part?.TxFrames ?? 0,
            part?.TxBytes ?? 0, drops.Values.Sum(),
            new VfAttributes(
                !plan.Functions.Destroyed.Contains(function.Vf), spec.Link.ToString().ToLowerInvariant(), spec.Trust, spec.SpoofCheck,
                spec.Vlan, spec.MinRate, spec.MaxRate, spec.Mtu, card?.IsPromiscuous ?? false),
            drops, card?.Waiting ?? 0);
    }
}
