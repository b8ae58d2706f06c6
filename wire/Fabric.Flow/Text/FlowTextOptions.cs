namespace Fabric.Flow;

/// <summary>How to print a flow.</summary>
/// <param name="Verbose">Wildcarded fields too, as <c>value/0</c> (<c>dpctl/dump-flows -m</c>).</param>
/// <param name="Userspace">Order of OVS's userspace datapath and its <c>packet_type</c>; else the kernel's.</param>
/// <param name="Names">Names for ports; numbers when null.</param>
public readonly record struct FlowTextOptions(bool Verbose = false, bool Userspace = false, IPortNames? Names = null);
