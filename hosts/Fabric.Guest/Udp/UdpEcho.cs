namespace Fabric.Guest;

/// <summary>The echo service on port 7 (RFC 862). It does not answer port 7 itself, so two of them cannot talk for ever.</summary>
internal sealed class UdpEcho(UdpLayer udp) : IUdpReceiver
{
    public const ushort Port = 7;

    public void Receive(UdpSocket socket, in UdpArrival arrival)
    {
        if (arrival.SourcePort == Port) return;
        udp.TrySend(Port, arrival.Source, arrival.SourcePort, arrival.Payload, arrival.IsGroup ? null : arrival.Destination);
    }
}
