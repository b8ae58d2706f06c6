namespace Fabric.Actors;

/// <summary>
/// The NIC's firmware stops, or goes on with what it had (fault injection). While it is stopped the card diverts frames to the host.
/// </summary>
public sealed record HangNic(bool IsHung);
