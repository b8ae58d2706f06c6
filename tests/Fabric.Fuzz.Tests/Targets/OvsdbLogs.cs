using System.Text;
using Fabric.Ovsdb;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>Bytes of an OVSDB file whose frames are right, so that their content is looked at, and such whose frames are not.</summary>
internal sealed class OvsdbLogs : IFuzzTarget
{
    private const string Schema =
        """
        {"name":"d","version":"1.0.0","tables":{"t":{"isRoot":true,"indexes":[["a"]],"columns":{"a":{"type":"string"},
        "s":{"type":{"key":{"type":"uuid","refTable":"t","refType":"weak"},"min":0,"max":"unlimited"}},
        "m":{"type":{"key":{"type":"integer","maxInteger":9},"value":"real","min":0,"max":4}}}}}}
        """;

    private const string Commit =
        """
        {"_date":1,"_comment":"c","_is_diff":true,"t":{"00000000-0000-0000-0000-000000000001":{"a":"x","m":["map",[[1,0.5]]]},
        "00000000-0000-0000-0000-000000000002":null}}
        """;

    public long MaxAllocatedSize => 1_000_000;

    public IEnumerable<byte[]> Samples =>
    [
        Encoding.UTF8.GetBytes(Schema), Encoding.UTF8.GetBytes(Commit), Framed(Schema), [.. Framed(Schema), .. Framed(Commit)],
    ];

    public void Run(byte[] input)
    {
        DatabaseLog.TryRead(input, "f", new Random(1), out _, out int goodSize, out _, out _);
        Assert.InRange(goodSize, 0, input.Length);
        DatabaseLog.TryRead(Framed(input), "f", new Random(1), out _, out _, out _, out _);
        byte[] start = Framed(Schema);
        Assert.True(DatabaseLog.TryRead(
            (byte[])[.. start, .. Framed(input)], "f", new Random(1), out _, out goodSize, out OvsdbError? warning, out _));
        Assert.True(goodSize == start.Length || warning is null);
    }

    private static byte[] Framed(string json) => Framed(Encoding.UTF8.GetBytes(json));

    private static byte[] Framed(byte[] json)
    {
        var log = new JsonBuffer();
        LogFormat.Append(log, json);
        return log.ToArray();
    }
}
