using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>Debian's ovs-vswitchd with one bridge of three ports, and what it says as text to compare.</summary>
internal static class OracleSwitch
{
    public static async Task<ControlledSwitch> StartAsync()
    {
        var oracle = await ControlledSwitch.StartAsync(isOurs: false);
        // A bundle that nobody speaks of for 10 s would be gone.
        await oracle.ConfigureAsync("set Open_vSwitch . other_config:bundle-idle-timeout=600");
        await oracle.ConfigureAsync("add-br br0 -- set bridge br0 fail_mode=secure other-config:hwaddr=aa:aa:aa:aa:aa:01");
        for (var i = 1; i <= 3; i++)
            await oracle.ConfigureAsync($"add-port br0 p{i} -- set interface p{i} type=dummy ofport_request={i}");
        return oracle;
    }

    public static (IReadOnlyList<PortDescription> Ports, Wire.MacAddress Mac) Describe(string path)
    {
        using var connection = new OracleConnection(path, OpenFlowVersion.V15);
        var request = MessageCodec.Encode(new PortDescriptionRequest(OfpPort.None), OpenFlowVersion.V15, CodecContext.Default);
        Assert.True(MessageCodec.TryDecode(connection.Ask(request)[0], CodecContext.Default, out var reply, out _));
        var ports = Assert.IsType<PortDescriptionReply>(reply).Ports;
        return (ports, ports.Single(p => p.Port == OfpPort.Local).Address);
    }

    /// <summary>Parts of one answer count as one.</summary>
    public static string Text(IReadOnlyList<byte[]> replies, bool isQuoteComparable = true)
    {
        var texts = new List<string>();
        foreach (var reply in replies)
        {
            Assert.True(MessageCodec.TryDecode(reply, CodecContext.Default, out var message, out var error),
                $"{error}: {Convert.ToHexString(reply)}");
            var text = message is ErrorMessage wrong && !isQuoteComparable ? $"{wrong.Error}" : MessageText.Of(message);
            if (message is TableFeaturesReply features) texts.AddRange(features.Tables.Select(MessageText.Of));
            else texts.Add(text);
        }

        return string.Join(" | ", texts);
    }
}
