using System.Net.Http.Json;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace Fabric.Cluster;

/// <summary>
/// Forms one cluster, never two. A node asks every contact point whether a cluster exists. Any that knows one is joined. Only the lowest
/// contact point founds a new one, and only after <em>all</em> of them answered "none" several times in a row: with static seed nodes, a
/// first seed that restarts out of reach founds a second cluster, and the two never merge.
/// <para>The price: the very first formation needs every contact point up.</para>
/// </summary>
/// <param name="ask">Asks a contact point; null when it did not answer. By default <c>GET /bootstrap</c>.</param>
internal sealed class ClusterBootstrap(
    Akka.Cluster.Cluster cluster, NodeOptions options, ILogger log, Func<Uri, CancellationToken, Task<BootstrapView?>>? ask = null)
{
    /// <summary>Rounds in which every contact point must deny a cluster before one is founded.</summary>
    private const int QuietRounds = 3;

    private static readonly TimeSpan RoundInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(1);

    public BootstrapView View() => new(
        cluster.SelfAddress.ToString(),
        cluster.State.Members.Any(m => m.Status is not (Akka.Cluster.MemberStatus.Removed or Akka.Cluster.MemberStatus.Down)),
        [.. cluster.State.Members.Select(m => m.Address.ToString())]);

    /// <summary>Joins or founds; returns when that is asked for, the caller waits for Up.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (options.Contacts.Count == 0)
        {
            cluster.Join(cluster.SelfAddress);
            return;
        }

        using var http = new HttpClient { Timeout = AskTimeout };
        using var timer = new PeriodicTimer(RoundInterval);
        var mayFound = options.Contacts.Order(
            Comparer<Uri>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))).First() == options.Api;
        var quiet = 0;
        do
        {
            var views = await Task.WhenAll(options.Contacts.Select(contact => AskAsync(http, contact, cancel)));
            var known = views.FirstOrDefault(view => view is { HasCluster: true });
            if (known is not null)
            {
                log.LogInformation("joining the cluster of {Members}", string.Join(", ", known.Members));
                cluster.JoinSeedNodes(known.Members.Select(Address.Parse));
                return;
            }

            quiet = views.All(view => view is { HasCluster: false }) ? quiet + 1 : 0;
            if (mayFound && quiet >= QuietRounds)
            {
                log.LogInformation("no contact point knows a cluster: founding one");
                cluster.Join(cluster.SelfAddress);
                return;
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private async Task<BootstrapView?> AskAsync(HttpClient http, Uri contact, CancellationToken cancel)
    {
        if (contact == options.Api) return View();
        if (ask is not null) return await ask(contact, cancel);
        try
        {
            return await http.GetFromJsonAsync(new Uri(contact, "/bootstrap"), BootstrapJson.Default.BootstrapView, cancel);
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }
}
