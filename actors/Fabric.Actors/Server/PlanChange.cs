using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// What another plan asks of a running server. VMs that come or go, who else is in an overlay, rules, and all of SR-IOV are followed while
/// it runs; what its NIC, its datapath and its address are made with is there from its start, so then it is made anew.
/// </summary>
public static class PlanChange
{
    /// <summary>The first thing that cannot be followed; null when there is none.</summary>
    public static string? WhyAnew(ServerPlan now, ServerPlan next)
    {
        if ((now.Vtep, now.VtepMac) != (next.Vtep, next.VtepMac)) return $"its VTEP is {next.Vtep} instead of {now.Vtep}";
        if ((now.UnderlayPrefix, now.UnderlayMtu) != (next.UnderlayPrefix, next.UnderlayMtu))
            return "the underlay's subnet or MTU is another";
        if (now.Nic != next.Nic) return $"its NIC is another: {next.Nic.Profile}";
        if (now.Offload != next.Offload) return $"its offload is {next.Offload} instead of {now.Offload}";
        if (now.Datapath != next.Datapath) return $"its datapath is {next.Datapath} instead of {now.Datapath}";
        if (now.BarriersSave != next.BarriersSave) return "its durability is another";
        foreach (var vm in now.Vms)
            if (next.Vms.FirstOrDefault(other => other.Name == vm.Name) is { } other && !IsSameGuest(vm, other))
                return $"{vm.Name} has another overlay, address or MTU";
        return null;
    }

    private static bool IsSameGuest(VmPlan a, VmPlan b) =>
        (a.Overlay, a.Mac, a.Mtu) == (b.Overlay, b.Mac, b.Mtu) && a.Addresses.SequenceEqual(b.Addresses);
}
