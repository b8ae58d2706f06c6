namespace Fabric.Agent;

/// <summary>OVS's words for errors (<c>xlate_strerror</c>).</summary>
internal static class XlateErrors
{
    public static string TextOf(XlateError error) => error switch
    {
        XlateError.None => "OK",
        XlateError.NoInputPort or XlateError.NoTunnelPort or XlateError.BridgeNotFound => "Bridge not found",
        XlateError.RecursionTooDeep => "Recursion too deep",
        XlateError.TooManyResubmits => "Too many resubmits",
        XlateError.StackTooDeep => "Stack too deep",
        XlateError.NoRecirculationContext => "No recirculation context",
        XlateError.RecirculationConflict => "Recirculation conflict",
        XlateError.TooManyMplsLabels => "Too many MPLS labels",
        XlateError.InvalidTunnelMetadata => "Invalid tunnel metadata",
        XlateError.UnsupportedPacketType => "Unsupported packet type",
        XlateError.CongestionMarkLost => "Congestion Drop",
        _ => "Unknown error",
    };
}
