using Fabric.Wire;

namespace Fabric.Underlay;

/// <summary>
/// Gets outer IP packets addressed to a VTEP, on the underlay's receive thread; ownership of batch and frames passes. It may
/// send, but not open or close VTEPs.
/// </summary>
public delegate void UnderlayReceiver(uint vtep, FrameBatch outer);
