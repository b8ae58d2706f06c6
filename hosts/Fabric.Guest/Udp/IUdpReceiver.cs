namespace Fabric.Guest;

/// <summary>Takes the datagrams of one or more bound ports.</summary>
public interface IUdpReceiver
{
    void Receive(UdpSocket socket, in UdpArrival arrival);
}
