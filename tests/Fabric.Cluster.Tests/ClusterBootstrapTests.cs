using System.Net;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fabric.Cluster.Tests;

/// <summary>Formation against contact points that answer as the test says.</summary>
public sealed class ClusterBootstrapTests : IDisposable
{
    private static readonly Config Small = ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.cluster.gossip-interval = 100ms
        akka.cluster.leader-actions-interval = 100ms
        akka.cluster.periodic-tasks-initial-delay = 50ms
        akka.coordinated-shutdown.exit-clr = off
        """);

    private static readonly Uri A = new("http://127.0.0.1:7001/");
    private static readonly Uri B = new("http://127.0.0.1:7002/");
    private static readonly Uri C = new("http://127.0.0.1:7003/");
    private static readonly BootstrapView None = new("akka.tcp://fabric@127.0.0.1:1", false, []);

    private readonly List<ActorSystem> _systems = [];
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(120));

    public void Dispose()
    {
        foreach (var system in _systems) system.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Without_contact_points_a_node_is_a_cluster_of_its_own()
    {
        var cluster = Join();
        await Bootstrap(cluster, A, [], (_, _) => throw new InvalidOperationException("nobody is to be asked")).RunAsync(_deadline.Token);
        await UpAsync(cluster);
    }

    [Fact]
    public async Task The_lowest_founds_once_all_others_have_denied_three_times_in_a_row()
    {
        var cluster = Join();
        var asked = 0;
        // The second round is answered by silence, so counting starts over.
        await Bootstrap(cluster, A, [B, A, C], (contact, _) => Task.FromResult(contact == B && ++asked == 2 ? null : None))
            .RunAsync(_deadline.Token);
        await UpAsync(cluster);
        Assert.Equal(5, asked);
    }

    [Fact]
    public async Task Who_is_not_the_lowest_never_founds()
    {
        var cluster = Join();
        Assert.Equal(10, await RoundsUntilStoppedAsync(cluster, B, [A, B, C], _ => None));
        Assert.False(IsMember(cluster));
    }

    [Fact]
    public async Task While_one_contact_point_is_silent_nobody_founds()
    {
        var cluster = Join();
        Assert.Equal(10, await RoundsUntilStoppedAsync(cluster, A, [A, B, C], contact => contact == C ? null : None));
        Assert.False(IsMember(cluster));
    }

    [Fact]
    public async Task Who_is_no_contact_point_itself_never_founds()
    {
        var cluster = Join();
        Assert.Equal(10, await RoundsUntilStoppedAsync(cluster, A, [B, C], _ => None));
        Assert.False(IsMember(cluster));
    }

    [Fact]
    public async Task A_cluster_that_any_contact_point_knows_is_joined_even_while_another_is_silent()
    {
        var founder = Join();
        founder.Join(founder.SelfAddress);
        await UpAsync(founder);
        var joining = Join();
        var view = new BootstrapView(founder.SelfAddress.ToString(), true, [founder.SelfAddress.ToString()]);
        await Bootstrap(joining, A, [A, B, C], (contact, _) => Task.FromResult(contact == C ? view : null)).RunAsync(_deadline.Token);
        await UpAsync(joining);
        var own = Bootstrap(joining, A, [], (_, _) => Task.FromResult<BootstrapView?>(null));
        // What the cluster reports lags behind what it has decided.
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (own.View() is not { HasCluster: true, Members.Count: 2 }) await poll.WaitForNextTickAsync(_deadline.Token);
        Assert.Contains(founder.SelfAddress.ToString(), own.View().Members);
    }

    [Theory]
    [InlineData(200, "{\"address\":\"x\",\"hasCluster\":false,\"members\":[]}", true)]
    [InlineData(200, "not json", false)]
    [InlineData(200, "null", false)]
    [InlineData(200, "{}", false)]
    [InlineData(200, "{\"address\":\"x\",\"hasCluster\":true,\"members\":null}", false)]
    [InlineData(200, "{\"address\":", false)]
    [InlineData(500, "", false)]
    public async Task A_contact_point_that_answers_nonsense_counts_as_silent(int status, string body, bool founds)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token);
        var asked = 0;
        using var listener = Listen(status, body, out var contact, () =>
        {
            // By then it would have founded a cluster, if it took the answer for one.
            if (!founds && ++asked == 6) stop.Cancel();
        });
        var cluster = Join();
        var own = new Uri("http://127.0.0.1:1/");
        var run = Bootstrap(cluster, own, [own, contact], null).RunAsync(stop.Token);
        if (founds) await run;
        else await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private Akka.Cluster.Cluster Join()
    {
        var system = ActorSystem.Create("fabric", Small);
        _systems.Add(system);
        return Akka.Cluster.Cluster.Get(system);
    }

    private static ClusterBootstrap Bootstrap(
        Akka.Cluster.Cluster cluster, Uri own, Uri[] contacts, Func<Uri, CancellationToken, Task<BootstrapView?>>? ask) =>
        new(cluster, QuietNode.Options("unused", 0, contacts) with { Api = own }, NullLogger.Instance, ask);

    /// <summary>Lets it ask for ten rounds, then stops it; the number of rounds that it would have liked to go on.</summary>
    private async Task<int> RoundsUntilStoppedAsync(Akka.Cluster.Cluster cluster, Uri own, Uri[] contacts, Func<Uri, BootstrapView?> answer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token);
        var (rounds, first) = (0, contacts.First(c => c != own));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bootstrap(cluster, own, contacts, (contact, _) =>
        {
            if (contact == first && ++rounds == 10) stop.Cancel();
            return Task.FromResult(answer(contact));
        }).RunAsync(stop.Token));
        return rounds;
    }

    private static bool IsMember(Akka.Cluster.Cluster cluster) => cluster.State.Members.Any(m => m.Address.Equals(cluster.SelfAddress));

    private async Task UpAsync(Akka.Cluster.Cluster cluster)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(up.SetResult);
        await up.Task.WaitAsync(_deadline.Token);
    }

    private static HttpListener Listen(int status, string body, out Uri contact, Action asked)
    {
        using var free = QuietNode.Occupy();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        contact = new Uri($"http://127.0.0.1:{port}/");
        var listener = new HttpListener();
        listener.Prefixes.Add(contact.ToString());
        listener.Start();
        _ = AnswerAsync(listener, status, body, asked);
        return listener;
    }

    private static async Task AnswerAsync(HttpListener listener, int status, string body, Action asked)
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                asked();
                context.Response.StatusCode = context.Request.Url!.AbsolutePath == "/bootstrap" ? status : 404;
                context.Response.ContentType = "application/json";
                context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
