namespace Fabric.Actors.Protocol;

/// <param name="Vf">Index of its VF, from 0; -1 when it has none.</param>
/// <param name="Addresses">With prefix length, for instance <c>10.1.0.1/24</c>.</param>
/// <param name="Mtu">Largest packet it sends, bytes.</param>
public sealed record VmPlan(string Name, string Overlay, int Vf, string Mac, IReadOnlyList<string> Addresses, int Mtu);
