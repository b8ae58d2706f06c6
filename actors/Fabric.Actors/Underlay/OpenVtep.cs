using System.Net;

namespace Fabric.Actors;

/// <summary>Make this server's VTEP reachable. Answered by <see cref="VtepOpened"/>.</summary>
/// <param name="Vtep">Number that the server's outer packets carry in <see cref="Wire.FrameBatch.Port"/>; unique in the process.</param>
/// <param name="ToNic">Where packets that arrive for it go.</param>
public sealed record OpenVtep(string Server, uint Vtep, IPAddress Address, FrameInlet ToNic);
