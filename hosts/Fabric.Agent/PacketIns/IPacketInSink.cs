namespace Fabric.Agent;

/// <summary>Where a bridge's packets for controllers go.</summary>
public interface IPacketInSink
{
    void Receive(PacketInEvent packet);
}
