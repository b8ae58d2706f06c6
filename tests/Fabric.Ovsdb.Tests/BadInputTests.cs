using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fabric.Ovsdb.Tests;

/// <summary>No input makes the database throw (property 6), and none that fails leaves a trace (property 1).</summary>
public sealed class BadInputTests
{
    private const int InputCount = 20_000;

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20261122;

    private static readonly string[] Tokens =
    [
        "\"set\"", "\"map\"", "\"uuid\"", "\"named-uuid\"", "[", "]", "{", "}", ",", ":", "null", "true",
        "-1", "1e400", "\"\\ud800\"", "\"ports\"",
            "\"_uuid\"", "99999999999999999999999", "\"op\"", "\"where\"", "\"includes\"", "\"==\"", "0.5", "\"\\u0000\""];

    [Fact]
    public void Whatever_is_changed_in_a_request_the_reply_is_JSON()
    {
        Database database = IdleSwitch.Create(1);
        Row port = database.Table("Interface").Rows.First();
        byte[][] samples =
        [
            .. new[]
            {
                IdleSwitch.AddPortOperations(database, 900, "vxlan", withBridge: false),
                IdleSwitch.StatusOperations(port, 3),
                """[{"op":"select","table":"Port","where":[["tag","<",3],["name","!=","x"]],"columns":["name","tag"],"sort":["name"]}]""",
                """[{"op":"wait","timeout":0,"table":"Bridge","where":[],"columns":["name"],"until":"==","rows":[{"name":"br-int"}]}]""",
                """[{"op":"mutate","table":"Interface","where":[],"mutations":[["options","delete",["set",["key"]]],["mtu","+=",1]]}]""",
                """[{"op":"delete","table":"Bridge","where":[["name","includes","br"]]},{"op":"abort"},{"op":"assert","lock":"x"}]""",
            }.Select(Encoding.UTF8.GetBytes),
        ];
        var random = new Random(Seed);
        int understood = 0;
        for (int i = 0; i < InputCount; i++)
        {
            byte[] input = Change(samples[random.Next(samples.Length)], random);
            TransactResult result = database.Execute(input, default(TransactTerms));
            if (!result.IsBlocked) using (JsonDocument.Parse(result.Replies)) understood += result.Replies[0] == '[' ? 1 : 0;
            if (i % 500 == 0) DatabaseInvariants.Check(database);
        }

        DatabaseInvariants.Check(database);
        Assert.InRange(understood, InputCount / 10, InputCount);
    }

    [Theory]
    [InlineData(900)]
    [InlineData(10_000)]
    public void Deep_nesting_is_an_error(int depth)
    {
        string nested = new string('[', depth) + new string(']', depth);
        Database database = IdleSwitch.Create(1);
        byte[] insert = Encoding.UTF8.GetBytes($$"""[{"op":"insert","table":"Port","row":{"name":{{nested}} } }]""");
        Assert.Equal("syntax error", database.Execute(insert, default(TransactTerms)).Error?.Error);
    }

    [Fact]
    public void A_chain_of_rows_as_long_as_a_message_allows_is_collected()
    {
        // Each row names the next; the first goes, then all of them, without a recursion.
        const int Count = 20_000;
        var database = new Database(Schemas.Parse(
            """
            {"name":"d","tables":{"root":{"isRoot":true,"columns":{"first":{"type":{"key":{"type":"uuid","refTable":"link"},"min":0}}}},
              "link":{"columns":{"next":{"type":{"key":{"type":"uuid","refTable":"link"},"min":0}}}}}}
            """), new Random(1));
        var text = new StringBuilder("""[{"op":"insert","table":"root","row":{"first":["named-uuid","n0"]}}""");
        for (int i = 0; i < Count; i++)
        {
            string next = i == Count - 1 ? """["set",[]]""" : $"""["named-uuid","n{i + 1}"]""";
            text.Append(CultureInfo.InvariantCulture, $$"""
                ,{"op":"insert","table":"link","uuid-name":"n{{i}}","row":{"next":{{next}} } }
                """);
        }

        Assert.Null(database.Execute(Encoding.UTF8.GetBytes(text.Append(']').ToString()), default(TransactTerms)).Error);
        Assert.Equal(Count, database.Table("link").Count);
        Assert.Null(database.Execute("""[{"op":"delete","table":"root","where":[]}]"""u8.ToArray(), default(TransactTerms)).Error);
        Assert.Equal(0, database.Table("link").Count);
    }

    private static byte[] Change(byte[] sample, Random random)
    {
        List<byte> bytes = [.. sample];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at)); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)])); break;
                default: ReplaceToken(bytes, at, random); break;
            }

            if (bytes.Count == 0) break;
        }

        return [.. bytes];
    }

    /// <summary>Puts another token in the place of a string or number, so that the text mostly stays JSON.</summary>
    private static void ReplaceToken(List<byte> bytes, int at, Random random)
    {
        int start = bytes.IndexOf((byte)'"', at), end = start < 0 ? -1 : bytes.IndexOf((byte)'"', start + 1);
        if (end < 0) return;
        bytes.RemoveRange(start, end - start + 1);
        bytes.InsertRange(start, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
    }
}
