using System.Text.Json;

namespace Fabric.Cli.Tests;

/// <summary>The text that people read, byte for byte.</summary>
public class RenderTests
{
    [Fact]
    public async Task Servers_as_table() => await Prints(
        """
        Servers
          name      rack  vtep        state     vms      L1  L2  L3  agent  flows  offl.  rules  drops  imbal.
          server-1  a     127.64.0.1  ready       2  12,345   8   3      2      4      4     17      3       0
          server-2  b     127.64.0.2  starting    2       0   0   0      0      0      0      0      0      -1

        """, "inspect");

    [Fact]
    public async Task Vms_as_csv() => await Prints(
        """
        name,overlay,server,vf,mac,addresses,state,rxFrames,txFrames,drops
        web-1,blue,server-1,vf0,02:00:00:00:00:01,10.1.0.1,running,10,11,0
        web-2,blue,server-2,vf0,02:00:00:00:00:02,10.1.0.2,running,10,11,0
        db-1,green,server-1,vf1,02:00:00:00:00:01,10.1.0.1 fd00:6::1,running,1,2,3

        """, "inspect", "vms", "--format", "csv");

    [Fact]
    public async Task Ping_in_the_words_of_ping() => await Prints(
        """
        PING web-2 (10.1.0.2) from web-1: 56 bytes of data
        10.1.0.2 resolved in 1.23 ms
        64 bytes from 10.1.0.2: seq=1 time=1.93 ms
        64 bytes from 10.1.0.2: seq=2 time=210 µs
        no reply from 10.1.0.2: seq=3 timeout
        3 sent, 2 received, 1 lost; rtt min 210 µs, median 1.93 ms, max 1.93 ms

        """, "ping", "web-1", "web-2");

    [Fact]
    public async Task Pingall_as_a_matrix_per_overlay_and_family() => await Prints(
        """
        blue, IPv4
          from \ to   web-1   web-2
          web-1           ·  210 µs
          web-2      198 µs       ·

        green, IPv6
          from \ to    db-1     db-2
          db-1            ·  1.93 ms
          db-2       300 µs        ·

        blue and green: 2 pairs tried across, 2 sent, 0 delivered: isolated
        4 of 4 pairs complete, 0 lost; across overlays 0 delivered

        """, "pingall");

    [Fact]
    public async Task Flows_one_per_line_in_the_form_of_dump_flows() => await Prints(
        """
        server-1: L1, exact match flow tracker: 1 flow
        ufid:0a1b, in_port(2),eth_type(0x0800), hits:9, packets:10, bytes:980, used:0.215s, actions:7
        server-1: L3, kernel datapath: 1 flow
        ufid:0a1b, in_port(2), hits:0, packets:10, bytes:980, used:0.215s, offloaded:no (meters), fallback:not-processable=9, actions:7
        server-1: OpenFlow tables: 1 flow
        table=0,priority=0, hits:3, packets:3, bytes:294, used:never, actions:NORMAL
        5 more flows not shown

        """, "flows", "server-1");

    [Fact]
    public async Task Trace_a_server_at_a_time() => await Prints(
        """
        icmp,nw_dst=10.1.0.2 from web-1
          server-1
               0 µs    vf0              frame sent
                         eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02)
               4 µs    nic L1           hit
                         set(tunnel(tun_id=0x1388)),7
          server-2
             120 µs    phy0             decap
          answer 1
             150 µs    vf0              frame sent
                         eth(src=02:00:00:00:00:02)
        delivered to web-2

        """, "trace", "web-1", "icmp,nw_dst=10.1.0.2");

    [Fact]
    public async Task Nics_say_what_left_their_tables_and_what_they_left_to_the_host() => await Prints(
        """
        NICs
          server    profile     eviction  L1         of  pending  evicted  refused  L2  masks  contexts
          server-1  everything  clock     90  1,000,000        4        5        7  51      6        51

        Left to the host
          server    not learned  host-destined  no flow's  not processable  diverted  bad messages
          server-1           59              8          6                5         1             3

        L1 evictions
          server    eviction  cause     entries
          server-1  clock     Capacity        3
          server-1  clock     Idle            2

        """, "inspect", "nics");

    [Fact]
    public async Task Csv_has_a_nic_in_one_row()
    {
        var run = await CommandRun.Of(new ScriptedFabric(), "inspect", "nics", "--format", "csv");
        Assert.Equal("server-1,everything,clock,90,1000000,4,5,7,51,6,51,59,8,6,5,1,3,Capacity=3 Idle=2", run.Out.Split('\n')[1]);
    }

    [Fact]
    public async Task Csv_quotes_what_holds_commas()
    {
        var run = await CommandRun.Of(new ScriptedFabric(), "flows", "server-1", "--format", "csv");
        Assert.Equal("tier,ufid,match,actions,hits,packets,bytes,usedMs,offloaded,reason,notLearned,hostDestined,notProcessable,diverted",
            run.Out.Split('\n')[0]);
        Assert.Equal("l1,0a1b,\"in_port(2),eth_type(0x0800)\",7,9,10,980,215,,,,,,", run.Out.Split('\n')[1]);
    }

    [Theory]
    [InlineData("inspect", "servers")]
    [InlineData("inspect", "nics")]
    [InlineData("inspect", "vms")]
    [InlineData("inspect", "vfs")]
    [InlineData("inspect", "bridges")]
    [InlineData("inspect", "links")]
    [InlineData("inspect", "nodes")]
    public async Task No_table_of_ordinary_names_is_wider_than_100_columns(params string[] arguments)
    {
        var run = await CommandRun.Of(new ScriptedFabric(), arguments);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 105, line));
    }

    [Fact]
    public async Task Json_is_camel_case_and_whole()
    {
        var run = await CommandRun.Of(new ScriptedFabric(), "pingall", "--format", "json");
        var root = JsonDocument.Parse(run.Out).RootElement;
        Assert.True(root.GetProperty("passed").GetBoolean());
        Assert.Equal(4, root.GetProperty("within").GetArrayLength());
        Assert.Equal("green", root.GetProperty("across")[0].GetProperty("destinationOverlay").GetString());
        run = await CommandRun.Of(new ScriptedFabric(), "flows", "server-1", "--format", "json");
        Assert.Equal("meters", JsonDocument.Parse(run.Out).RootElement.GetProperty("flows")[1].GetProperty("reason")
            .GetString());
        run = await CommandRun.Of(new ScriptedFabric(), "inspect", "servers", "--format", "json");
        Assert.Equal(12_345, JsonDocument.Parse(run.Out).RootElement[0].GetProperty("tiers").GetProperty("l1").GetInt64());
    }

    private static async Task Prints(string expected, params string[] arguments)
    {
        var run = await CommandRun.Of(new ScriptedFabric(), arguments);
        Assert.Equal(expected, run.Out);
        Assert.Equal("", run.Error);
    }
}
