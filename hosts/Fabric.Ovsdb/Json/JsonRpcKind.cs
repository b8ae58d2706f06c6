namespace Fabric.Ovsdb;

/// <summary>The four messages of JSON-RPC 1.0.</summary>
public enum JsonRpcKind
{
    Request,
    Notification,
    Reply,
    Error,
}
