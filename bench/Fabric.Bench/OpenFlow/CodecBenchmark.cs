using Fabric.OpenFlow;

namespace Fabric.Bench.OpenFlow;

/// <summary>Flow mods from bytes and to bytes, as a load of many rules or their dump costs them.</summary>
internal sealed class CodecBenchmark : IBenchmark
{
    private const int RuleCount = 20_000;

    public string Name => "codec";

    public string Purpose => "flow mods decoded and encoded, 5-tuple with an output and OVN-like with registers and ct";

    public void Run(BenchRun run)
    {
        Measure(run, "5-tuple, OpenFlow 1.3", OpenFlowVersion.V13,
            i => $"table={i % 8},{FiveTuple(i)}");
        Measure(run, "5-tuple, OpenFlow 1.0", OpenFlowVersion.V10,
            FiveTuple);
        Measure(run, "OVN-like, OpenFlow 1.5", OpenFlowVersion.V15,
            i => $"table=20,priority=100,ip,metadata={i},reg14={i & 7},reg15=3,nw_dst=10.0.{i & 255}.5,actions=dec_ttl,"
                + "set_field:0a:0b:0c:0d:0e:0f->eth_src,load:5->NXM_NX_REG15[],ct(table=21,zone=NXM_NX_REG13[0..15]),resubmit(,30)");
    }

    private static string FiveTuple(int i) => $"priority={i % 1000},tcp,nw_src=10.{i >> 8 & 255}.{i & 255}.1,nw_dst=10.1.0.0/16,"
        + $"tp_dst={i & 0xffff},actions=output:{i % 100 + 1}";

    private static void Measure(BenchRun run, string what, OpenFlowVersion version, Func<int, string> rule)
    {
        var messages = new OpenFlowMessage[RuleCount];
        var bytes = new byte[RuleCount][];
        for (var i = 0; i < RuleCount; i++)
        {
            if (!RuleText.TryParse(rule(i), NoOpenFlowPorts.Instance, out var mod, out var error))
                throw new InvalidOperationException(error);
            messages[i] = new FlowModMessage(mod);
            bytes[i] = MessageCodec.Encode(messages[i], version, CodecContext.Default);
        }

        Rates.Measure(run, new BenchCase($"decode {what}, {bytes[0].Length} bytes", "M/s"), RuleCount, count =>
        {
            for (var i = 0; i < count; i++)
            {
                if (!MessageCodec.TryDecode(bytes[i], CodecContext.Default, out _, out var error))
                    throw new InvalidOperationException($"{error}");
            }
        }, bytes: new BenchCase($"decode {what}, allocated", "B each", MoreIsBetter: false));
        Rates.Measure(run, new BenchCase($"encode {what}", "M/s"), RuleCount, count =>
        {
            for (var i = 0; i < count; i++) MessageCodec.Encode(messages[i], version, CodecContext.Default);
        });
    }
}
