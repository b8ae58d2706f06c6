using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// One flow of the kernel datapath: a match, actions, statistics of both the host and the NIC, and how it stands with the NIC. It is
/// changed
/// by its <see cref="KernelDatapath"/> alone.
/// </summary>
public sealed class DatapathFlow : MaskedFlow
{
    private readonly FlowMatch _match;

    internal DatapathFlow(Ufid ufid, FlowMatch match, ActionProgram program, long nowMs)
        : base(ufid)
    {
        _match = match;
        Program = program;
        CreatedMs = nowMs;
        LastUsedMs = -1;
    }

    public DatapathActions Actions => Program.Source;

    public ActionProgram Program { get; internal set; }

    public ref readonly FlowMask Mask => ref _match.Mask;

    /// <summary>The masked key at full size.</summary>
    public void GetKey(out FlowKey key) => _match.GetKey(out key);

    /// <summary>Messages may carry it on.</summary>
    public FlowMatch Match => _match;

    public long CreatedMs { get; }

    /// <summary>Removed this long after it was made, used or not; 0 is never.</summary>
    public int HardTimeoutMs { get; internal set; }

    /// <summary>When a packet last matched, here or on the NIC; −1 is never.</summary>
    public long LastUsedMs { get; internal set; }

    /// <summary>Packets and bytes of the flow, wherever they were forwarded. They never go back.</summary>
    public long Packets => HostPackets + NicPackets;
    public long Bytes => HostBytes + NicBytes;

    /// <summary>All that the NIC has not counted since it was last given the flow.</summary>
    public long BasePackets => Packets - NicReportedPackets;
    public long BaseBytes => Bytes - NicReportedBytes;

    /// <summary>What this datapath forwarded itself.</summary>
    public long HostPackets { get; internal set; }
    public long HostBytes { get; internal set; }

    /// <summary>Of <see cref="HostPackets"/>, those that the NIC gave up on, by reason; the rest was looked up again here.</summary>
    public FallbackCounts Fallbacks { get; internal set; }

    /// <summary>What the NIC reported, over all times it had the flow.</summary>
    public long NicPackets { get; internal set; }
    public long NicBytes { get; internal set; }

    /// <summary>All TCP flags seen, ORed.</summary>
    public ushort TcpFlags { get; internal set; }

    public OffloadState Offload { get; internal set; }

    /// <summary>Of a flow that is on the NIC alone, pushed before any packet asked; null for a megaflow.</summary>
    public FlowRank? Rank { get; internal init; }

    /// <summary>Why the agent leaves the packets of a pushed flow to the host; null when it does not.</summary>
    public string? LeftToHost { get; internal set; }

    /// <summary>What the NIC marks the flow's frames with when the host has to act on them; 0 when it does not.</summary>
    public uint Mark { get; internal set; }

    /// <summary>Why the NIC refused the flow, or what it waits for.</summary>
    public string? OffloadReason { get; internal set; }

    /// <summary>Why the NIC does not execute the flow; null when it does.</summary>
    public string? NotOffloadedBecause => LeftToHost ?? Offload switch
    {
        OffloadState.Yes => null,
        OffloadState.Requested => OffloadReason ?? "the NIC has not answered yet",
        _ => OffloadReason ?? "not offered yet",
    };

    /// <summary>The NIC's cumulative counters at its last report; they restart at 0 when it is given the flow anew.</summary>
    internal long NicReportedPackets { get; set; }
    internal long NicReportedBytes { get; set; }

    /// <summary>Offers the NIC has not answered. Only the last answer decides <see cref="Offload"/>.</summary>
    internal int UnansweredOffers { get; set; }

    /// <summary>Set when it is removed.</summary>
    internal FlowRemovalReason Removal { get; set; }

    /// <summary>Flushes sent to the NIC before its delete: the answer to any later one confirms the delete, too.</summary>
    internal long FlushesBefore { get; set; }

    /// <summary>A later incarnation of the same identifier whose delete the NIC has yet to confirm as well.</summary>
    internal DatapathFlow? NextPendingDelete { get; set; }

    /// <summary>The NIC's statistics context of the flow; −1 before it has reported.</summary>
    private int _context = -1;

    /// <summary>
    /// A report older than the last one changes nothing: statistics never go back. False, and nothing is changed, for one of another
    /// context than the flow's.
    /// </summary>
    internal bool Merge(in OffloadStatistics report)
    {
        if (_context >= 0 && report.Context != _context) return false;
        _context = report.Context;
        if (report.Packets > NicReportedPackets)
        {
            NicPackets += report.Packets - NicReportedPackets;
            NicReportedPackets = report.Packets;
        }

        if (report.Bytes > NicReportedBytes)
        {
            NicBytes += report.Bytes - NicReportedBytes;
            NicReportedBytes = report.Bytes;
        }

        LastUsedMs = Math.Max(LastUsedMs, report.LastUsedMs);
        TcpFlags |= report.TcpFlags;
        return true;
    }

    /// <summary>The NIC no longer has the flow; what it counts next begins at 0.</summary>
    internal void ForgetNicReports()
    {
        NicReportedPackets = 0;
        NicReportedBytes = 0;
        _context = -1;
    }
}
