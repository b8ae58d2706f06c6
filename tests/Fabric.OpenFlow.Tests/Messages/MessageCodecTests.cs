namespace Fabric.OpenFlow.Tests;

/// <summary>Properties 1 to 3 of <see cref="MessageCodec"/>.</summary>
public sealed class MessageCodecTests
{
    private const int FuzzedCount = 60_000;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out int seed) ? seed : 20261122;

    [Fact]
    public void What_is_written_reads_as_the_same_message_in_every_version_that_has_it()
    {
        foreach (var sample in MessageSamples.All())
        {
            Assert.NotEmpty(sample.Versions());
            foreach (var version in sample.Versions())
            {
                var message = sample.Message with { Xid = 0x12345678 };
                var bytes = MessageCodec.Encode(message, version, CodecContext.Default);
                string what = $"{message.GetType().Name} in {version}: {Convert.ToHexString(bytes)}";
                Assert.True(MessageCodec.TryDecode(bytes, CodecContext.Default, out var read, out var error), $"{what}: {error}");
                Assert.Equal(0x12345678u, read.Xid);
                Assert.Equal(message.GetType(), read.GetType());
                Assert.True(bytes.AsSpan().SequenceEqual(MessageCodec.Encode(read, version, CodecContext.Default)), what);
            }
        }
    }

    [Fact]
    public void Every_form_of_the_table_has_a_sample()
    {
        var tried = MessageSamples.All().SelectMany(s => s.Versions().Select(v => (s.Message.GetType(), v))).ToHashSet();
        HashSet<Type> unsent = [typeof(IpfixStatisticsRequest)];
        var records = typeof(OpenFlowMessage).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(OpenFlowMessage)) && !t.IsAbstract && !unsent.Contains(t));
        Assert.Empty(records.Where(r => !tried.Any(t => t.Item1 == r)).Select(r => r.Name));
    }

    [Fact]
    public void Records_that_compare_by_value_come_back_equal()
    {
        foreach (var sample in MessageSamples.All().Where(s => s.Message is FlowModMessage or FlowRemovedMessage or PacketInMessage
            or PacketOutMessage or RoleRequest or PortStatusMessage or PortModMessage or TableModMessage or BundleControlMessage
            or RuleStatisticsRequest or AggregateReply or ResumeMessage or CtFlushMessage or GetAsyncReply))
        {
            foreach (var version in sample.Versions())
            {
                var bytes = MessageCodec.Encode(sample.Message, version, CodecContext.Default);
                Assert.True(MessageCodec.TryDecode(bytes, CodecContext.Default, out var read, out _));
                // Earlier versions cannot say everything about a port.
                if (sample.Message is PortStatusMessage && version != OpenFlowVersion.V15) continue;
                Assert.Equal(sample.Message with { IsExtension = read.IsExtension }, read);
            }
        }
    }

    [Fact]
    public void A_workspace_changes_nothing_of_what_is_read()
    {
        var random = new Random(Seed);
        foreach (var version in Enum.GetValues<OpenFlowVersion>().Where(v => v >= OpenFlowVersion.V10))
        {
            var samples = MessageSamples.All().Where(s => s.Versions().Contains(version))
                .Where(s => s.Message is FlowModMessage or BundleAddMessage or RuleStatisticsReply)
                .Select(s => MessageCodec.Encode(s.Message, version, CodecContext.Default)).ToArray();
            var context = CodecContext.Default with { Workspace = new RuleWorkspace() };
            for (int i = 0; i < 20 * FuzzedCount / 60; i++)
            {
                var bytes = samples[random.Next(samples.Length)].ToArray();
                if (random.Next(2) == 0) bytes[random.Next(8, bytes.Length)] ^= (byte)(1 << random.Next(8));
                var isRead = MessageCodec.TryDecode(bytes, CodecContext.Default, out var expected, out var expectedError);
                string what = $"seed {Seed}: {Convert.ToHexString(bytes)}";
                Assert.True(isRead == MessageCodec.TryDecode(bytes, context, out var read, out var error), what);
                Assert.True(expectedError == error, what);
                Assert.True(expected is MultipartReply || Equals(expected, read), what);
            }
        }
    }

    [Fact]
    public void A_rule_list_too_long_for_one_message_becomes_several()
    {
        var rules = Enumerable.Range(0, 2000).Select(n => new RuleStatistics
        {
            Match = MessageSamples.Tcp(), Priority = (ushort)n, Actions = new(new OutputPortAction(new((ushort)(n + 1)))),
        }).ToList();
        foreach (var version in new[] { OpenFlowVersion.V10, OpenFlowVersion.V13, OpenFlowVersion.V15 })
        {
            var bytes = MessageCodec.Encode(new RuleStatisticsReply(rules) { Xid = 7 }, version, CodecContext.Default);
            var stream = new OpenFlowStream();
            stream.Append(bytes);
            List<RuleStatisticsReply> parts = [];
            while (stream.TryTake(out var message))
            {
                Assert.True(MessageCodec.TryDecode(message.Span, CodecContext.Default, out var part, out var error), $"{error}");
                parts.Add(Assert.IsType<RuleStatisticsReply>(part));
            }
            Assert.Equal(0, stream.PendingSize);
            Assert.True(parts.Count > 1);
            Assert.All(parts, p => Assert.Equal(7u, p.Xid));
            Assert.Equal([.. Enumerable.Repeat(true, parts.Count - 1), false], parts.Select(p => p.HasMore));
            Assert.Equal(rules.Select(r => r.Priority), parts.SelectMany(p => p.Rules).Select(r => r.Priority));
        }
    }

    [Theory]
    [InlineData("0104000800000001", OpenFlowError.BrcBadLen)]
    [InlineData("01630008000000ff", OpenFlowError.BrcBadType)]
    [InlineData("0410000800000001", OpenFlowError.BrcBadLen)]
    [InlineData("0904000800000001", OpenFlowError.BrcBadVersion)]
    [InlineData("04120010000000010063000000000000", OpenFlowError.BrcBadStat)]
    [InlineData("011000100000000100630000", OpenFlowError.BrcBadLen)]
    [InlineData("0110000c0000000100630000", OpenFlowError.BrcBadStat)]
    [InlineData("04040010000000010000123400000001", OpenFlowError.BrcBadVendor)]
    [InlineData("04040010000000010000232000007777", OpenFlowError.BrcBadSubtype)]
    [InlineData("0404000c0000000100002320", OpenFlowError.BrcBadLen)]
    [InlineData("04120018000000010000000000000000", OpenFlowError.BrcBadLen)]
    [InlineData("0409000c00000001ffff0080", OpenFlowError.ScfcBadFlags)]
    [InlineData("04180018000000010000000900000000ffffffffffffffff", OpenFlowError.RrfcBadRole)]
    [InlineData("0404001400000001000023200000001000000003", OpenFlowError.BrcEperm)]
    [InlineData("041d0010000000010009000000000001", OpenFlowError.MmfcBadCommand)]
    [InlineData("041d0010000000010000000300000001", OpenFlowError.MmfcBadFlags)]
    [InlineData("040f0010000000010000090000000001", OpenFlowError.GmfcBadType)]
    [InlineData("040f0010000000010009000000000001", OpenFlowError.GmfcBadCommand)]
    [InlineData("04040018000000010000232000000014010000000000000a", OpenFlowError.NxbrcMustBeZero)]
    [InlineData("04040018000000010000232000000018000900000000000000000000", OpenFlowError.BrcBadLen)]
    [InlineData("040400180000000100002320000000180009000000000000", OpenFlowError.NxttmfcBadCommand)]
    public void A_malformed_message_gets_the_error_that_OVS_gives(string hex, OpenFlowError expected)
    {
        Assert.False(MessageCodec.TryDecode(Convert.FromHexString(hex), CodecContext.Default, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_hello_of_a_version_to_come_is_read()
    {
        Assert.True(MessageCodec.TryDecode(Convert.FromHexString("0900000800000001"), CodecContext.Default, out var message, out _));
        Assert.Equal(new Hello(0x3fe) { Xid = 1 }, message);
    }

    [Fact]
    public void No_damage_to_a_message_makes_the_reader_throw_and_what_it_takes_it_can_write()
    {
        int seed = Seed;
        var random = new Random(seed);
        var whole = MessageSamples.All()
            .SelectMany(s => s.Versions().Select(v => MessageCodec.Encode(s.Message, v, CodecContext.Default))).ToArray();
        int taken = 0;
        for (int i = 0; i < FuzzedCount; i++)
        {
            byte[] bytes = Damage(whole[random.Next(whole.Length)], random);
            try
            {
                if (!MessageCodec.TryDecode(bytes, CodecContext.Default, out var read, out var error))
                {
                    Assert.NotEqual(OpenFlowError.None, error);
                    continue;
                }
                taken++;
                var version = (OpenFlowVersion)Math.Clamp(bytes[0], (byte)1, (byte)6);
                Assert.NotEmpty(MessageCodec.Encode(read, version, CodecContext.Default));
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, try {i}, {Convert.ToHexString(bytes)}: {e}");
            }
        }
        Assert.InRange(taken, 100, FuzzedCount - 100);
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = (byte[])whole.Clone();
        switch (random.Next(4))
        {
            case 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
            case 1:
                for (int n = random.Next(1, 6); n > 0; n--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes = bytes[..random.Next(Math.Min(8, bytes.Length), bytes.Length + 1)];
                break;
            default:
                Array.Resize(ref bytes, Math.Min(bytes.Length + random.Next(1, 40), ushort.MaxValue));
                break;
        }
        if (random.Next(4) != 0) (bytes[2], bytes[3]) = ((byte)(bytes.Length >> 8), (byte)bytes.Length);
        return bytes;
    }
}
