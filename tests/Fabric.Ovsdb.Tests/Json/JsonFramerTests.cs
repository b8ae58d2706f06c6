using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>Properties of <see cref="JsonFramer"/> by number.</summary>
public sealed class JsonFramerTests
{
    private const string Texts = """
        {"a":[1,-2.5e+3,true,false,null,"é\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"],"b":{}}[] [[],{"x":{"y":[{}]}}]
        {"id":1,"method":"echo","params":[]}
        """;

    private static readonly string[] Expected =
    [
        """{"a":[1,-2.5e+3,true,false,null,"é\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"],"b":{}}""", "[]",
        """[[],{"x":{"y":[{}]}}]""", """{"id":1,"method":"echo","params":[]}""",
    ];

    [Fact]
    public void Texts_are_found_wherever_the_stream_is_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Texts);
        for (int size = 1; size <= bytes.Length; size++)
        {
            var framer = new JsonFramer();
            var found = new List<string>();
            foreach (byte[] chunk in bytes.Chunk(size))
            {
                framer.Append(chunk);
                while (framer.TryTake(out var text)) found.Add(Encoding.UTF8.GetString(text.Span));
            }
            Assert.Equal(Expected, found);
            Assert.Null(framer.Error);
            Assert.Equal(0, framer.BufferedSize);
        }
    }

    [Fact]
    public void The_first_wrong_byte_is_final_and_what_came_before_is_not_lost()
    {
        var framer = new JsonFramer();
        framer.Append("[1]{]"u8);
        Assert.True(framer.TryTake(out var text));
        Assert.Equal("[1]"u8, text.Span);
        Assert.False(framer.TryTake(out _));
        Assert.Equal("byte 1: syntax error parsing object expecting string", framer.Error);
        framer.Append("[2]"u8);
        Assert.False(framer.TryTake(out _));
    }

    [Theory]
    [InlineData(1000, null)]
    [InlineData(1001, "byte 1000: input exceeds maximum nesting depth 1000")]
    [InlineData(10_000, "byte 1000: input exceeds maximum nesting depth 1000")]
    public void Depth_is_bounded(int depth, string? error)
    {
        var framer = new JsonFramer();
        framer.Append(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)));
        Assert.Equal(error is null, framer.TryTake(out _));
        Assert.Equal(error, framer.Error);
    }

    [Fact]
    public void A_text_beyond_the_limit_ends_the_stream_with_no_more_than_the_limit_held()
    {
        var framer = new JsonFramer(maxTextSize: 1 << 20);
        framer.Append("[\""u8);
        byte[] chunk = new byte[1 << 16];
        Array.Fill(chunk, (byte)'x');
        int appended = 0;
        while (framer.Error is null && appended < 1 << 30)
        {
            framer.Append(chunk);
            appended += chunk.Length;
            Assert.False(framer.TryTake(out _));
        }
        Assert.InRange(appended, 1 << 20, (1 << 20) + chunk.Length);
        Assert.Equal("a message exceeds 1048576 bytes", framer.Error);
        Assert.Equal(0, framer.BufferedSize);
    }

    [Fact]
    public void A_large_text_byte_by_byte_costs_what_it_costs_at_once()
    {
        byte[] text = Encoding.UTF8.GetBytes($"[\"{new string('x', 4_000_000)}\"]");
        var framer = new JsonFramer();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        foreach (byte[] chunk in text.Chunk(7))
        {
            framer.Append(chunk);
            if (framer.TryTake(out var whole)) Assert.Equal(text.Length, whole.Length);
        }
        Assert.True(clock.Elapsed.TotalSeconds < 60, $"{clock.Elapsed}");
        Assert.Equal(0, framer.BufferedSize);
    }
}
