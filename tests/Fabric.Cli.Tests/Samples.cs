using Fabric.Actors.Protocol;

namespace Fabric.Cli.Tests;

/// <summary>Replies with at least one value of every kind that is printed specially.</summary>
internal static class Samples
{
    public static NodeStatus Node { get; } = new("akka.tcp://fabric@127.0.0.1:4053", "http://127.0.0.1:8600", "Up",
        ["server-1", "server-2"]);

    public static FabricStatus Status { get; } = new("quickstart", true, 2, 2, 4, [Node], []);

    public static GuestReply Guest => new("a", "vf0", "02:00:00:00:00:01", []);

    public static VfReply Vfs => new("server-1", "switchdev", 7, 8, Inspect.Vfs);

    public static InspectReply Inspect { get; } = new(
        [Node],
        [
            new ServerState("server-1", "a", "127.0.0.1:4053", "127.64.0.1", "ready", 1, 2, new TierCounts(12_345, 8, 3, 2), 9, 4, 4, 4, 17,
                new Dictionary<string, long> { ["UnknownVni"] = 2, ["Policy"] = 1 }, 0,
                new ModelledCost(56_850, 7_041_210, 76_923_076, 22)),
            new ServerState("server-2", "b", "127.0.0.1:4053", "127.64.0.2", "starting", 1, 2, new TierCounts(0, 0, 0, 0), 0, 0, 0, 0, 0,
                new Dictionary<string, long>(), -1, new ModelledCost(0, 0, 76_923_076, 0)),
        ],
        [
            new VmState("web-1", "blue", "server-1", "vf0", "02:00:00:00:00:01", ["10.1.0.1"], "running", 10, 11, 0),
            new VmState("web-2", "blue", "server-2", "vf0", "02:00:00:00:00:02", ["10.1.0.2"], "running", 10, 11, 0),
            new VmState("db-1", "green", "server-1", "vf1", "02:00:00:00:00:01", ["10.1.0.1", "fd00:6::1"], "running", 1, 2, 3),
        ],
        [new VfState("server-1", "vf0", 2, "web-1", "02:00:00:00:00:01", true, 11, 1_078, 10, 980, 3,
            new VfAttributes(true, "auto", true, false, 10, 0, 1_000_000_000, 1500, false),
            new Dictionary<string, long> { ["MtuExceeded"] = 2, ["VfVlanRefused"] = 1 }, 0)],
        [new BridgeState("server-1", "br-int", "0000000000000001",
            [new BridgePortState("vf0", 1, 2, "vf", ""), new BridgePortState("patch", 9, null, "patch", "peer=br-ex")], 17, 2)],
        [new LinkState("blue", "vxlan", 5000, "server-1", "127.64.0.1", "server-2", "127.64.0.2")],
        [new HealthState("server-1", "rules", "PASS", "12 of 480000 used"), new HealthState("server-1", "overall", "PASS", "")],
        [new NicState("server-1", "everything", "clock", 90, 1_000_000, 4, 7,
            new Dictionary<string, long> { ["Capacity"] = 3, ["Idle"] = 2 }, 51, 6, 51, new FlowFallback(59, 8, 5, 1), 6, 2, 1)]);

    public static PingReply Ping { get; } = new("web-1", "web-2", "10.1.0.2", 3, 2, 1_234, 0,
        [new PingEcho(1, 1_930, null), new PingEcho(2, 210, null), new PingEcho(3, null, "timeout")]);

    public static PingReply GoodPing { get; } = new("web-1", "web-2", "10.1.0.2", 2, 2, null, 0,
        [new PingEcho(1, 150, null), new PingEcho(2, 90, null)]);

    public static PingMeshReply Mesh { get; } = new(
        [
            Pair("web-1", "web-2", "blue", "blue", 4, 1, 210), Pair("web-2", "web-1", "blue", "blue", 4, 1, 198),
            Pair("db-1", "db-2", "green", "green", 6, 1, 1_930), Pair("db-2", "db-1", "green", "green", 6, 1, 300),
        ],
        [Pair("web-1", "db-2", "blue", "green", 4, 0, null), Pair("db-2", "web-1", "green", "blue", 4, 0, null)]);

    public static ValidateReply Checks { get; } = new(
        [
            new CheckResult("pingall blue within 10s", true, "2 of 2 pairs in 12 ms", 12, Mesh),
            new CheckResult("offloaded * >= 0.99", false, "server-1: 0.80", 1, null),
        ]);

    public static FirstPingsReply FirstPings { get; } = new("web-1", "web-2",
        [new TierPass("request", "server-1", "egress", "agent"), new TierPass("request", "server-2", "ingress", "agent"),
         new TierPass("request", "server-3", "ingress", "L2"),
         new TierPass("reply", "server-2", "egress", "agent"), new TierPass("reply", "server-1", "ingress", "agent")],
        [Climb(1, 1_930, "agent"), Climb(2, 210, "L2"), Climb(3, 95, "L1"), Climb(4, null, "L1")]);

    public static FlowsReply Flows { get; } = new("server-1",
        [
            new FlowEntry("l1", "0a1b", "in_port(2),eth_type(0x0800)", "7", 9, 10, 980, 215, null, null),
            new FlowEntry("l3", "0a1b", "in_port(2)", "7", 0, 10, 980, 215, "no", "meters",
                new FlowFallback(0, 0, 9)),
            new FlowEntry("openflow", null, "table=0,priority=0", "NORMAL", 3, 3, 294, null, null, null),
        ], 5);

    public static TraceReply Trace { get; } = new("web-1", "icmp,nw_dst=10.1.0.2", "delivered to web-2", true,
        [
            new TraceStep(0, "server-1", "server-1/vf0", "frame sent", "eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02)"),
            new TraceStep(4, "server-1", "server-1/nic L1", "hit", "set(tunnel(tun_id=0x1388)),7"),
            new TraceStep(120, "server-2", "server-2/phy0", "decap", ""),
            new TraceStep(150, "server-2", "server-2/vf0", "frame sent", "recirc_id(0),ct_state(0),eth(src=02:00:00:00:00:02)", 1),
        ]);

    private static FirstPing Climb(int sequence, long? rttUs, string tier) => new(sequence, rttUs,
        [new TierPass("request", "server-1", "egress", tier), new TierPass("request", "server-2", "ingress", tier),
         new TierPass("reply", "server-2", "egress", tier), new TierPass("reply", "server-1", "ingress", tier)]);

    public static PingPair Pair(string from, string to, string fromOverlay, string toOverlay, int family, int received, long? rttUs) =>
        new(from, to, fromOverlay, toOverlay, family, family == 4 ? "10.1.0.9" : "fd00:6::9", 1, received, rttUs, 0);
}
