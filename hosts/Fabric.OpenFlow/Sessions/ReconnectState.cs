namespace Fabric.OpenFlow;

/// <summary>Where a lasting connection stands; OVS shows the names in capitals in a controller's <c>status:state</c>.</summary>
public enum ReconnectState
{
    Void,
    Backoff,
    Connecting,
    Active,
    Idle,
}
