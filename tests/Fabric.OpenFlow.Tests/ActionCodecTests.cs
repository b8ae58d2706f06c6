using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow.Tests;

/// <summary>Properties A1 to A3, and the errors of wrong actions; that the bytes are OVS's is tested beside ovs-ofctl.</summary>
public class ActionCodecTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out var seed) ? seed : 20261122;

    /// <summary>At least one of each kind.</summary>
    internal static readonly OpenFlowAction[] Samples =
    [
        new OutputPortAction(new OfpPort(3)), new OutputFieldAction(FieldBits.Whole(F.Registers[0])),
        new OutputTruncatedAction(new OfpPort(4), 100), new GroupAction(7), new ControllerAction(128),
        new ControllerAction(64, 5, 2) { UserData = new HexBytes([1, 2, 3]), HasPause = true, MeterId = 9 },
        new ResubmitAction(new OfpPort(2), 5), new ResubmitAction(null, 7, true),
        new SetFieldAction(F.Registers[1], 5, F.Registers[1].AllOnes),
        new SetFieldAction(F.CtMark, 5, 0xff), new LoadAction(3, new FieldBits(F.Registers[2], 4, 5)),
        new MoveAction(FieldBits.Whole(F.Registers[0]), FieldBits.Whole(F.Registers[3])), new SetEthAction(true, new(0x001122334455)),
        new SetVlanVidAction(9), new SetVlanPcpAction(3), new StripVlanAction(), new PushVlanTagAction(0x8100),
        new SetNwAddressAction(true, new(0x0a000001)), new SetNwTosAction(0xb8), new SetNwTtlAction(9), new SetNwEcnAction(1),
        new DecTtlAction(), new DecTtlAction { ControllerIds = new(1, 2), HasIds = true },
        new SetMplsLabelAction(5), new SetMplsTcAction(3),
        new SetMplsTtlAction(9), new DecMplsTtlAction(), new PushMplsTagAction(0x8847), new PopMplsTagAction(0x0800),
        new PushFieldAction(FieldBits.Whole(F.Registers[0])), new PopFieldAction(new FieldBits(F.Registers[0], 3, 4)),
        new SetTpPortAction(true, 80), new SetTunnelIdAction(5, false), new SetTunnelIdAction(5, true),
        new DeleteFieldAction(F.TunnelMetadata[5]),
        new SetQueueAction(5), new PopQueueAction(), new EnqueueAction(new OfpPort(3), 9), new NoteAction(new HexBytes([1, 2, 3, 4, 5, 6])),
        new FinTimeoutAction(5, 10), new ExitAction(), new ConjunctionAction(5, 0, 2),
        new MultipathAction(HashFields.SymmetricL4, 5, MultipathAlgorithm.HighestRandomWeight, 3, 1, FieldBits.Whole(F.Registers[0])),
        new BundleAction(HashFields.EthSource, 1, BundleAlgorithm.ActiveBackup, new(new OfpPort(1), new OfpPort(2)), null),
        new BundleAction(HashFields.EthSource, 1, BundleAlgorithm.HighestRandomWeight, new(new OfpPort(1)),
            FieldBits.Whole(F.Registers[0])),
        new LearnAction(new(new LearnSpec(LearnDestination.Match, null, 0x0800, FieldBits.Whole(F.EthType), 16),
            new LearnSpec(LearnDestination.Output, FieldBits.Whole(F.InPort), 0, null, 16))) { Limit = 5 },
        new LearnAction(new(new LearnSpec(LearnDestination.Match, null, 0x0800, FieldBits.Whole(F.EthType), 16))) { IsSecond = true },
        new ConnectionTrackAction { Flags = CtFlags.Commit, Zone = 5, Actions = new(new SetFieldAction(F.CtMark, 1, F.CtMark.AllOnes)) },
        new ConnectionTrackAction { RecircTable = 3, Actions = new(new NatAction()) }, new ConnectionClearAction(),
        new CloneListAction(new(new OutputPortAction(new OfpPort(1)))),
        new CheckPacketLargerAction(1500, new FieldBits(F.Registers[0], 3, 1)),
        new SamplePacketAction(5, 1, 2, 3, new OfpPort(4), SampleDirection.Egress), new EncapEthernetAction(), new DecapAction(),
        new DebugRecircAction(), new DebugSlowAction(), new ApplyMeterAction(5), new WriteMetadataAction(5, 0xff), new ClearActionsAction(),
        new WriteActionsAction(new(new OutputPortAction(new OfpPort(1)))), new GotoTableAction(5),
    ];

    [Fact]
    public void Every_kind_of_action_has_a_sample()
    {
        var kinds = typeof(OpenFlowAction).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(OpenFlowAction))).ToHashSet();
        kinds.ExceptWith(Samples.Select(s => s.GetType()));
        kinds.Remove(typeof(NatAction)); // inside of another
        Assert.Empty(kinds);
    }

    [Fact]
    public void Every_number_of_an_action_is_used_once_in_its_version()
    {
        foreach (var version in Enum.GetValues<OpenFlowVersion>())
        {
            var numbers = ActionTable.Rows.SelectMany(r => r.Codes.Where(c => c.First <= version && version <= c.Last))
                .Select(c => (c.Vendor, c.Type)).ToList();
            Assert.Equal(numbers.Count, numbers.Distinct().Count());
        }

        Assert.Equal(Enum.GetValues<ActionKind>(), ActionTable.Rows.Select(r => r.Kind).Order());
    }

    [Fact]
    public void What_is_written_reads_and_is_written_again_as_the_same_bytes_A1()
    {
        foreach (var version in Enum.GetValues<OpenFlowVersion>())
        {
            foreach (var action in Samples)
            {
                if (version < OpenFlowVersion.V13 && action is EncapEthernetAction or DecapAction or ApplyMeterAction) continue;
                var bytes = Instructions(new OpenFlowActions(action), version);
                if (action is SetFieldAction { Field.Name: "ct_mark" }) continue; // only inside of ct
                var isRead = InstructionCodec.TryRead(bytes, version, null, out var list, out var error);
                Assert.True(isRead, $"{action} in {version}: {error} {Convert.ToHexString(bytes)}");
                Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Instructions(list!, version)));
            }
        }
    }

    [Theory]
    [InlineData(OpenFlowVersion.V13, "0000000800000001", OpenFlowError.BacBadLen)] // output that is too short
    [InlineData(OpenFlowVersion.V13, "00000010000000", OpenFlowError.BrcBadLen)]
    [InlineData(OpenFlowVersion.V13, "0000001800000001FFFF000000000000", OpenFlowError.BacBadLen)]
    [InlineData(OpenFlowVersion.V13, "00000010FFFFFFFF0000000000000000", OpenFlowError.BacBadOutPort)]
    [InlineData(OpenFlowVersion.V13, "000000100000FF000000000000000000", OpenFlowError.BacBadOutPort)]
    [InlineData(OpenFlowVersion.V13, "00630008 00000000", OpenFlowError.BacBadType)]
    [InlineData(OpenFlowVersion.V13, "FFFF0010 00001234 0000000000000000", OpenFlowError.BacBadVendor)]
    [InlineData(OpenFlowVersion.V13, "FFFF0010 00002320 0FFF000000000000", OpenFlowError.BacBadVendorType)]
    [InlineData(OpenFlowVersion.V12, "00190010 80000A02 0800 000000000000", OpenFlowError.BacBadSetArgument)] // eth_type is not writable
    [InlineData(OpenFlowVersion.V12, "00190010 80000A01 08 00000000000000", OpenFlowError.BacBadSetLen)]
    [InlineData(OpenFlowVersion.V12, "00190010 8000FE01 08 00000000000000", OpenFlowError.BacBadSetType)]
    [InlineData(OpenFlowVersion.V12, "00190010 80000004 00000001 00000000", OpenFlowError.BacBadSetArgument)] // in_port
    [InlineData(OpenFlowVersion.V12, "00190018 00010108 000000FF 000000FF 0000000000000000", OpenFlowError.BacBadSetMask)]
    [InlineData(OpenFlowVersion.V15, "00190010 00010104 00000001 00000000", OpenFlowError.BacBadSetLen)]
    [InlineData(OpenFlowVersion.V15, "00190018 00010108 000000FF 0000000F 0000000000000000", OpenFlowError.BmcBadWildcards)]
    [InlineData(OpenFlowVersion.V15, "00190010 80000C02 0005 000000000000", OpenFlowError.BacBadSetArgument)] // vlan_vid untagged
    [InlineData(OpenFlowVersion.V10, "FFFF0018 00002320 0007 001F 00010004 00000001 00000000", OpenFlowError.BacBadArgument)]
    [InlineData(OpenFlowVersion.V10, "FFFF0018 00002320 0007 0820 00010004 00000000 00000001", OpenFlowError.BacBadSetLen)]
    [InlineData(OpenFlowVersion.V13, "FFFF0010 00002320 0022 0505 00000001", OpenFlowError.NxbacBadConjunction)]
    [InlineData(OpenFlowVersion.V13, "FFFF0018 00002320 0023 0002 00000000 0005 FF 000000 0000", OpenFlowError.BacBadArgument)] // ct(force)
    [InlineData(OpenFlowVersion.V13, "FFFF0010 00002320 0024 0000 0001 0000", OpenFlowError.BacBadSetArgument)] // nat alone
    [InlineData(OpenFlowVersion.V13, "FFFF0010 00002320 000E 0005 05 010000", OpenFlowError.BacBadArgument)] // resubmit with padding
    [InlineData(OpenFlowVersion.V13, "00010008 10000000", OpenFlowError.BacBadArgument)] // VLAN id of 13 bits
    [InlineData(OpenFlowVersion.V13, "00110008 08000000", OpenFlowError.BacBadArgument)] // pushes what is no VLAN tag
    public void Wrong_actions_get_the_error_that_OVS_gives(OpenFlowVersion version, string hex, OpenFlowError expected)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.False(ActionCodec.TryRead(bytes, version, TunnelOptionMap.Empty, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData(OpenFlowVersion.V13, "0001000801000000", OpenFlowError.None)]
    [InlineData(OpenFlowVersion.V13, "000100080100000000010008 02000000", OpenFlowError.BicDupInst)]
    [InlineData(OpenFlowVersion.V13, "00010010010000000000000000000000", OpenFlowError.BicBadLen)]
    [InlineData(OpenFlowVersion.V13, "0007000800000000", OpenFlowError.BicUnknownInst)]
    [InlineData(OpenFlowVersion.V13, "FFFF000800002320", OpenFlowError.BicBadExperimenter)]
    [InlineData(OpenFlowVersion.V15, "0006000800000001", OpenFlowError.BicUnknownInst)]
    [InlineData(OpenFlowVersion.V13, "0003001800000000FFFF00100000232000080000 00000000", OpenFlowError.BacBadType)] // note in a set
    [InlineData(OpenFlowVersion.V13, "00010007010000", OpenFlowError.BicBadLen)]
    public void Instructions_stand_once_and_whole(OpenFlowVersion version, string hex, OpenFlowError expected)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(expected == OpenFlowError.None, InstructionCodec.TryRead(bytes, version, null, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw_A2()
    {
        var random = new Random(Seed);
        var seeds = Enum.GetValues<OpenFlowVersion>()
            .SelectMany(v => Samples.Where(a => v >= OpenFlowVersion.V13 || a is not (EncapEthernetAction or DecapAction))
                .Select(a => (v, Instructions(new OpenFlowActions(a), v)))).ToArray();
        for (var i = 0; i < 60_000; i++)
        {
            var (version, original) = seeds[random.Next(seeds.Length)];
            var bytes = original.ToArray();
            for (var n = random.Next(1, 4); n > 0 && bytes.Length > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(8) == 0) bytes = bytes[..random.Next(bytes.Length + 1)];
            var map = random.Next(2) == 0 ? null : TunnelOptionMap.Empty;
            var isRead = InstructionCodec.TryRead(bytes, version, map, out var list, out var error);
            Assert.Equal(isRead, error == OpenFlowError.None);
            if (isRead) Instructions(list!, version);
        }
    }

    [Fact]
    public void Nesting_has_an_end_A2()
    {
        var inner = new OpenFlowActions();
        for (var i = 0; i < 60; i++) inner = new OpenFlowActions(new CloneListAction(inner));
        var writer = new WireWriter();
        ActionCodec.Write(inner, OpenFlowVersion.V13, writer);
        Assert.False(ActionCodec.TryRead(writer.Written, OpenFlowVersion.V13, null, out _, out var error));
        Assert.Equal(OpenFlowError.BacBadLen, error);
    }

    internal static byte[] Instructions(OpenFlowActions actions, OpenFlowVersion version)
    {
        var writer = new WireWriter();
        InstructionCodec.Write(actions, version, writer);
        return writer.ToArray();
    }
}
