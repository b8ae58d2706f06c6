using System.Globalization;
using System.Text;

namespace Fabric.Agent;

/// <summary>A session for people and for the database (OVS: <c>bfd_put_details</c>, <c>bfd_get_status</c>).</summary>
public sealed partial class BfdSession
{
    private static readonly (BfdFlags Flag, string Name)[] FlagNames =
    [
        (BfdFlags.Multipoint, "multipoint"), (BfdFlags.Demand, "demand"), (BfdFlags.Authenticated, "auth"),
        (BfdFlags.ControlPlaneIndependent, "ctl"), (BfdFlags.Final, "final"), (BfdFlags.Poll, "poll"),
    ];

    /// <summary>Column <c>bfd_status</c>.</summary>
    public IReadOnlyDictionary<string, string> Status => new Dictionary<string, string>
    {
        ["forwarding"] = Word(IsForwarding),
        ["state"] = Word(_state),
        ["diagnostic"] = Word(_diagnostic),
        ["flap_count"] = FlapCount.ToString(CultureInfo.InvariantCulture),
        ["remote_state"] = Word(_peer.State),
        ["remote_diagnostic"] = Word(_peer.Diagnostic),
    };

    public void Describe(StringBuilder text, long nowMs)
    {
        Reckon(nowMs);
        text.Append(CultureInfo.InvariantCulture, $"""
              Forwarding: {Word(IsForwarding)}
              Detect Multiplier: {_settings.Multiplier}
              Concatenated Path Down: {Word(_settings.IsConcatenatedPathDown)}
              TX Interval: Approx {TxIntervalMs}ms
              RX Interval: Approx {RxIntervalMs}ms
              Detect Time: now {_detectMs - nowMs:+0;-0;+0}ms
              Next TX Time: now {_nextTxMs - nowMs:+0;-0;+0}ms
              Last TX Time: now {_lastTxMs - nowMs:+0;-0;+0}ms

              Local Flags: {Word(_flags)}
              Local Session State: {Word(_state)}
              Local Diagnostic: {Word(_diagnostic)}
              Local Discriminator: 0x{Discriminator:x}
              Local Minimum TX Interval: {MinTxMs}ms
              Local Minimum RX Interval: {_min.RxMs}ms

              Remote Flags: {Word(_peer.Flags)}
              Remote Session State: {Word(_peer.State)}
              Remote Diagnostic: {Word(_peer.Diagnostic)}
              Remote Discriminator: 0x{_peer.Discriminator:x}
              Remote Minimum TX Interval: {_peer.MinTxMs}ms
              Remote Minimum RX Interval: {_peer.MinRxMs}ms
              Remote Detect Multiplier: {_peer.Multiplier}

            """);
    }

    private static string Word(bool value) => value ? "true" : "false";

    private static string Word(BfdFlags flags) =>
        flags == 0 ? "none" : string.Join(' ', FlagNames.Where(f => (flags & f.Flag) != 0).Select(f => f.Name));

    private static string Word(BfdState state) => state switch
    {
        BfdState.AdminDown => "admin_down",
        BfdState.Down => "down",
        BfdState.Init => "init",
        _ => "up",
    };

    private static string Word(BfdDiagnostic diagnostic) => diagnostic switch
    {
        BfdDiagnostic.None => "No Diagnostic",
        BfdDiagnostic.Expired => "Control Detection Time Expired",
        BfdDiagnostic.EchoFailed => "Echo Function Failed",
        BfdDiagnostic.NeighbourDown => "Neighbor Signaled Session Down",
        BfdDiagnostic.ForwardingReset => "Forwarding Plane Reset",
        BfdDiagnostic.PathDown => "Path Down",
        BfdDiagnostic.ConcatenatedPathDown => "Concatenated Path Down",
        BfdDiagnostic.AdminDown => "Administratively Down",
        BfdDiagnostic.ReverseConcatenatedPathDown => "Reverse Concatenated Path Down",
        _ => "Invalid Diagnostic",
    };
}
