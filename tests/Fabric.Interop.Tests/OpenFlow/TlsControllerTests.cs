using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Fabric.Interop.Tests.Ovsdb;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>
/// What becomes of a controller that is called by TLS, told by the columns of its row: Debian's switch and ours go the same way, with the
/// same words, through the same changes of keys, certificates and authorities.
/// </summary>
public sealed class TlsControllerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Both at once, since most of it is waiting: a row's status is written each 5 s.</summary>
    [Fact]
    public Task A_row_tells_what_became_of_its_controller_in_the_words_of_Open_vSwitch() =>
        Task.WhenAll(FollowAsync(true), FollowAsync(false));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bridge_that_listens_takes_those_whom_its_authority_signed(bool isStock)
    {
        using var pki = new Pki();
        await using var peer = isStock ? await SwitchPeer.StartStockAsync() : await SwitchPeer.StartFabricAsync();
        var port = RunningFabric.FreePorts(1).ToString(CultureInfo.InvariantCulture);
        await VsctlAsync(
            peer, ["add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy", "--", "set-controller", "br0",
            $"pssl:{port}:127.0.0.1", "--", "set-ssl", .. pki.Files("server")]);
        Assert.Equal(0, await ShowAsync(peer, $"ssl:127.0.0.1:{port}", pki.Options("client")));
        Assert.NotEqual(0, await ShowAsync(peer, $"ssl:127.0.0.1:{port}", pki.Options("stranger")));
        Assert.NotEqual(0, await ShowAsync(peer, $"tcp:127.0.0.1:{port}"));

        await VsctlAsync(peer, ["--", "set-ssl", .. pki.Files("server", "other-ca")]);
        Assert.NotEqual(0, await ShowAsync(peer, $"ssl:127.0.0.1:{port}", pki.Options("client")));
        Assert.Equal(0, await ShowAsync(peer, $"ssl:127.0.0.1:{port}", pki.Options("stranger")));
    }

    private static async Task FollowAsync(bool isStock)
    {
        using var pki = new Pki();
        await using var peer = isStock ? await SwitchPeer.StartStockAsync() : await SwitchPeer.StartFabricAsync();
        var port = RunningFabric.FreePorts(1).ToString(CultureInfo.InvariantCulture);
        await VsctlAsync(
            peer, "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy", "fail_mode=secure", "--", "set-controller", "br0",
            $"ssl:127.0.0.1:{port}", "--", "set", "controller", "br0", "max_backoff=1000");
        await UntilAsync(peer, "nobody said which key to use", "false [] Protocol not available");

        await using var controller = peer.Start("ovs-testcontroller", [.. pki.Options("client"), $"pssl:{port}:127.0.0.1"]);
        await VsctlAsync(peer, ["--", "set-ssl", .. pki.Files("server")]);
        await UntilAsync(peer, "the files are named", "true other Protocol not available");

        await VsctlAsync(peer, ["--", "set-ssl", .. pki.Files("server", "other-ca")]);
        await ReconnectAsync(peer);
        await UntilAsync(peer, "an authority that did not sign the controller", "false [] Protocol error");

        await VsctlAsync(peer, ["--", "set-ssl", .. pki.Files("server")]);
        await UntilAsync(peer, "the right one again", "true other Protocol error");

        await VsctlAsync(peer, ["--", "set-ssl", .. pki.Files("stranger")]);
        await ReconnectAsync(peer);
        await UntilAsync(
            peer, "a certificate that the controller refuses", "false [] Protocol error", "false [] Broken pipe",
            "false [] Connection reset by peer");

        await VsctlAsync(peer, ["--", "set-ssl", .. pki.Files("server")]);
        await UntilAsync(peer, "the right one again", "true other *");
        await VsctlAsync(peer, "del-ssl");
        await ReconnectAsync(peer);
        await UntilAsync(peer, "files stay in force without their row", "true other -");

        await VsctlAsync(peer, ["--", "--bootstrap", "set-ssl", .. pki.Files("server", "learned")]);
        await ReconnectAsync(peer);
        for (var clock = Stopwatch.StartNew(); !File.Exists(pki.Files("server", "learned")[2]); await Task.Delay(50))
            Assert.True(clock.Elapsed < Patience, "the authority is not learned");
        await UntilAsync(peer, "the authority is learned", "true other *");
        Assert.Equal(Thumbprint(pki.Files("server")[2]), Thumbprint(pki.Files("server", "learned")[2]));

        await controller.StopAsync(Tool.Terminate);
        await UntilAsync(peer, "the controller is gone", "false [] Connection refused");
        await using var plain = peer.Start("ovs-testcontroller", $"ptcp:{port}:127.0.0.1");
        await UntilAsync(peer, "one that does not speak TLS", "false [] Protocol error");
        await plain.StopAsync(Tool.Terminate);
    }

    private static async Task<int> ShowAsync(SwitchPeer peer, string remote, params string[] options) =>
        (await peer.RunAsync("ovs-ofctl", [.. options, "--timeout=10", "show", remote])).ExitCode;

    private static string Thumbprint(string file)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return certificate.Thumbprint;
    }

    private static async Task VsctlAsync(SwitchPeer peer, params string[] words) => (await peer.RunAsync("ovs-vsctl", words)).Expect(0);

    private static async Task ReconnectAsync(SwitchPeer peer) => (await peer.RunAsync("ovs-appctl", "bridge/reconnect")).Expect(0);

    /// <param name="expected">Any of these: connected, role and last error, each as ovs-vsctl prints it; "-" is none and "*" any.</param>
    private static async Task UntilAsync(SwitchPeer peer, string what, params string[] expected)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var said = (await peer.RunAsync("ovs-vsctl", "get", "controller", "br0", "is_connected", "role", "status")).Expect(0).Lines;
            var status = said[2].Trim('{', '}').Split(", ").Select(pair => pair.Split('=')).Where(pair => pair[0] == "last_error");
            var error = status.Select(pair => pair[1].Trim('"')).FirstOrDefault("-");
            var now = $"{said[0]} {said[1]} {error}";
            if (expected.Any(text => text == now || (text[^1] == '*' && now.StartsWith(text[..^1], StringComparison.Ordinal)))) return;
            Assert.True(clock.Elapsed < Patience, $"{peer.Name}, {what}: {now} is none of: {string.Join("; ", expected)}");
            await Task.Delay(100);
        }
    }
}
