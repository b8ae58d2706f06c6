using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Actors;

/// <summary>
/// What becomes of a server's SR-IOV when changes are laid over its declaration. What is said of a VF stays with the VF, as in Linux; its
/// MAC is that of the VM which has it, unless somebody said another.
/// </summary>
internal static class FunctionPlanner
{
    /// <summary>Index of the VM's VF; -1 for none.</summary>
    public static int PlaceOf(VmSpec vm, FunctionState state) => state.Places.GetValueOrDefault(vm.Name, vm.Vf);

    public static FunctionsPlan Plan(IReadOnlyList<VmSpec> vms, NicSpec nic, FunctionState state, long revision) => new(
        revision, state.Eswitch ?? nic.Eswitch, state.Destroyed,
        [
            .. Enumerable.Range(0, nic.Vfs).Where(vf => !state.Destroyed.Contains(vf)).Select(vf => Of(vms, state, vf))
                .Where(function => function.Vm is not null || function.Mac is not null || function.Spec != new VfSpec()),
        ]);

    /// <summary>A VF as it is, or would be if it existed.</summary>
    public static FunctionPlan Of(IReadOnlyList<VmSpec> vms, FunctionState state, int vf)
    {
        var vm = vms.FirstOrDefault(vm => PlaceOf(vm, state) == vf);
        var said = state.Overrides.GetValueOrDefault(vf);
        var declared = vms.FirstOrDefault(vm => vm.Vf == vf)?.Function;
        return new FunctionPlan(vf, vm?.Name, said?.Mac ?? vm?.Mac, said?.Spec ?? declared ?? new VfSpec());
    }
}
