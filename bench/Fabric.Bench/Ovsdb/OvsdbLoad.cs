using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Fabric.Bench.Ovsdb;

/// <summary>
/// Load on a database server of the Open_vSwitch schema: each connection sends a transaction, waits for its reply and sends the next. One
/// thread polls all connections, so that the client takes as little of the machine as it can, and the same from either server.
/// </summary>
internal sealed partial class OvsdbLoad : IDisposable
{
    /// <summary>Most connections of one run.</summary>
    public const int MaxConnections = 16;

    private const short PollIn = 1;

    private readonly string _path;
    private readonly OvsdbConnection _setUp;
    private readonly string _root;
    private readonly string[] _interfaces;

    public OvsdbLoad(string path)
    {
        _path = path;
        _setUp = new OvsdbConnection(path);
        var ports = Enumerable.Range(0, MaxConnections).Select(i =>
            $$$"""
            {"op":"insert","table":"Port","uuid-name":"p{{{i}}}","row":{"name":"load{{{i}}}","interfaces":["named-uuid","i{{{i}}}"]}},
            {"op":"insert","table":"Interface","uuid-name":"i{{{i}}}","row":{"name":"load{{{i}}}"}},
            """);
        var ids = Enumerable.Range(0, MaxConnections).Select(i => $"""["named-uuid","p{i}"]""");
        var reply = _setUp.Call(
            $$$"""
            {"id":0,"method":"transact","params":["Open_vSwitch",{"op":"delete","table":"Open_vSwitch","where":[]},
            {{{string.Concat(ports)}}}{"op":"insert","table":"Bridge","row":{"name":"br0","ports":["set",[{{{string.Join(',', ids)}}}]]},
            "uuid-name":"br"},{"op":"insert","table":"Open_vSwitch","row":{"bridges":["named-uuid","br"]}}]}
            """.ReplaceLineEndings(""));
        var found = UuidText().Matches(reply);
        if (found.Count != (2 * MaxConnections) + 2) throw new InvalidOperationException($"no database to load: {reply}");
        _interfaces = [.. Enumerable.Range(0, MaxConnections).Select(i => found[(2 * i) + 1].Value)];
        _root = found[^1].Value;
    }

    /// <summary>One column of one row: the smallest transaction that a client sends.</summary>
    public byte[] Counter(int connection) => Request(connection, Count + """,{"op":"comment","comment":"load"}""");

    /// <summary>What <c>ovs-vsctl set interface</c> sends: an optimistic lock, one row, the request counter, and a comment.</summary>
    public byte[] Set(int connection) => Request(
        connection,
        $$"""
        {"op":"wait","timeout":0,"table":"Interface","where":[["_uuid","==",["uuid","{{_interfaces[connection]}}"]]],
        "columns":["type"],"until":"==","rows":[{"type":""}]},
        {"op":"mutate","table":"Interface","where":[["_uuid","==",["uuid","{{_interfaces[connection]}}"]]],
        "mutations":[["external_ids","delete",["set",["iface-id"]]],["external_ids","insert",["map",[["iface-id","vm-{{connection}}"]]]]]},
        {{Count}},{"op":"select","table":"Open_vSwitch","where":[["_uuid","==",["uuid","{{_root}}"]]],"columns":["next_cfg"]},
        {"op":"comment","comment":"ovs-vsctl: ovs-vsctl set interface"}
        """);

    /// <returns>Transactions per second.</returns>
    public double Run(int connections, TimeSpan time, Func<int, byte[]> request)
    {
        var clients = Enumerable.Range(0, connections).Select(_ => new OvsdbConnection(_path)).ToArray();
        var requests = Enumerable.Range(0, connections).Select(request).ToArray();
        var polls = clients.Select(c => new PollFd { Fd = (int)c.Socket.Handle, Events = PollIn }).ToArray();
        var watch = Stopwatch.StartNew();
        var count = 0;
        for (var i = 0; i < connections; i++) clients[i].Send(requests[i]);
        while (watch.Elapsed < time)
        {
            _ = Poll(polls, (nuint)connections, 1_000);
            for (var i = 0; i < connections; i++)
            {
                if (polls[i].Happened == 0 || clients[i].TakeMessages() == 0) continue;
                count++;
                clients[i].Send(requests[i]);
            }
        }

        var rate = count / watch.Elapsed.TotalSeconds;
        foreach (var client in clients) client.Next();
        foreach (var client in clients) client.Dispose();
        return rate;
    }

    /// <summary>As <see cref="Run"/>, with one writer and sessions that each monitor what it writes.</summary>
    /// <returns>Updates delivered per second.</returns>
    public double RunMonitors(int sessions, TimeSpan time)
    {
        var monitors = Enumerable.Range(0, sessions).Select(_ => new OvsdbConnection(_path)).ToArray();
        foreach (var monitor in monitors)
        {
            monitor.Call("""{"id":1,"method":"monitor_cond","params":["Open_vSwitch","m",{"Open_vSwitch":[{}],"Bridge":[{}]}]}""");
        }

        using var writer = new OvsdbConnection(_path);
        var polls = monitors.Select(c => new PollFd { Fd = (int)c.Socket.Handle, Events = PollIn }).ToArray();
        var (watch, request, delivered) = (Stopwatch.StartNew(), Counter(0), 0L);
        while (watch.Elapsed < time)
        {
            writer.Send(request);
            writer.TakeMessages();
            for (var left = sessions; left > 0;)
            {
                _ = Poll(polls, (nuint)sessions, 1_000);
                for (var i = 0; i < sessions; i++)
                {
                    if (polls[i].Happened == 0) continue;
                    var got = monitors[i].TakeMessages();
                    (left, delivered) = (left - got, delivered + got);
                }
            }
        }

        var rate = delivered / watch.Elapsed.TotalSeconds;
        foreach (var monitor in monitors) monitor.Dispose();
        return rate;
    }

    public void Dispose() => _setUp.Dispose();

    private string Count =>
        $$"""{"op":"mutate","table":"Open_vSwitch","where":[["_uuid","==",["uuid","{{_root}}"]]],"mutations":[["next_cfg","+=",1]]}""";

    private static byte[] Request(int connection, string operations) => Encoding.UTF8.GetBytes(
        $$"""{"id":{{connection}},"method":"transact","params":["Open_vSwitch",{{operations}}]}""".ReplaceLineEndings(""));

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll([In, Out] PollFd[] fds, nuint count, int timeoutMs);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex UuidText();

    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Happened;
    }
}
