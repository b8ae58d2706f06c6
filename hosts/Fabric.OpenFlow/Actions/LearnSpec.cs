namespace Fabric.OpenFlow;

/// <summary>
/// One part of a rule to be learned: bits of the packet, or a constant, into the new rule's match or actions (OVS: <c>struct
/// ofpact_learn_spec</c>).
/// </summary>
/// <param name="Source">Null when <paramref name="Constant"/> is the source.</param>
/// <param name="Constant">Only without <paramref name="Source"/>.</param>
/// <param name="Target">Null only for <see cref="LearnDestination.Output"/>.</param>
/// <param name="Width">Bits, 1 to 128 (to 64 for a constant on the wire; longer ones take several parts).</param>
public sealed record LearnSpec(LearnDestination Destination, FieldBits? Source, UInt128 Constant, FieldBits? Target, int Width);
