using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Network devices without hardware, for tests: what is "received" by one is said by a command.</summary>
public interface IDummyDevices
{
    bool Exists(string name);

    /// <summary>The device receives a frame.</summary>
    void Receive(string name, ReadOnlySpan<byte> frame);

    /// <summary>Of one device or, with null, of all.</summary>
    void SetUp(string? name, bool isUp);

    /// <summary>Has the device reached the one that its option <c>stream</c> names? Null where it has none.</summary>
    bool? IsConnected(string name);

    /// <summary>Of all devices.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The device gets an address, with the length of its network's prefix.</summary>
    void SetAddress(string name, IpAddress address, int prefixLength);
}
