namespace Fabric.Actors;

/// <summary>Which VM has a VF. Written by the VF alone; kept outside of it, so that it outlives the VF's failures.</summary>
public sealed class VfSlot(VmWays? vm)
{
    private VmWays? _vm = vm;

    /// <summary>Null while nobody has it.</summary>
    public VmWays? Vm
    {
        get => Volatile.Read(ref _vm);
        set => Volatile.Write(ref _vm, value);
    }
}
