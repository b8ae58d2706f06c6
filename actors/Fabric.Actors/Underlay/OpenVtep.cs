using System.Net;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>Make this server's VTEP reachable. Answered by <see cref="VtepOpened"/>, also when its sockets were opened again.</summary>
/// <param name="Vtep">Number that the server's outer packets carry in <see cref="Wire.FrameBatch.Port"/>; unique in the process.</param>
/// <param name="ToNic">Where packets that arrive for it go.</param>
/// <param name="Owner">Who is told.</param>
public sealed record OpenVtep(string Server, uint Vtep, IPAddress Address, FrameInlet ToNic, IActorRef Owner);
