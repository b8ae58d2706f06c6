using System.Collections.Concurrent;
using System.Net.Sockets;
using Akka.Actor;

namespace Fabric.Actors.Tests;

/// <summary>Peers that ask and wait, before an owner that sends back what it reads.</summary>
public sealed class DialogueTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("fabric-talk-").FullName, "s");
    private readonly ActorSystem _system = ActorSystem.Create("talk", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    private readonly Turns _turns = new();
    private readonly IActorRef _owner;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public DialogueTests()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        var props = Props.Create(() => new Repeater(_turns));
        _owner = _system.ActorOf(props.WithDispatcher(DirectTurns.In(_system)));
    }

    public void Dispose()
    {
        _system.Terminate().Wait(Patience);
        _system.Dispose();
        _listener.Dispose();
        Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
    }

    [Fact]
    public void A_peer_that_asks_and_waits_gets_a_thread_and_loses_it_in_silence()
    {
        using var peer = Connect();
        UntilThereIsADialogue(peer);
        Until(() => Dialogue.Count == 0);
        _turns.Threads.Clear();
        Ask(peer, 1);
        Assert.DoesNotContain("fabric-dialogue", _turns.Threads.Keys);
        UntilThereIsADialogue(peer);
    }

    [Fact]
    public async Task A_turn_is_alone_also_when_others_tell_the_owner_something()
    {
        using var peer = Connect();
        using var end = new CancellationTokenSource();
        var other = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                _owner.Tell("something");
                Thread.Yield();
            }
        });
        Ask(peer, 5_000);
        await end.CancelAsync();
        await other.WaitAsync(Patience);
        Assert.Equal(0, _turns.CollisionCount);
    }

    [Fact]
    public async Task Peers_beyond_the_number_of_threads_are_answered_as_well()
    {
        var peers = Enumerable.Range(0, 2 * Environment.ProcessorCount + 1).Select(_ => Connect()).ToArray();
        var talks = peers.Select(peer => Task.Factory.StartNew(() => Ask(peer, 1_000), TaskCreationOptions.LongRunning)).ToArray();
        await Task.WhenAll(talks).WaitAsync(Patience);
        Assert.Equal(0, _turns.CollisionCount);
        foreach (var peer in peers) peer.Dispose();
    }

    [Fact]
    public void An_owner_hears_once_that_its_peer_is_gone()
    {
        var peer = Connect();
        UntilThereIsADialogue(peer);
        peer.Dispose();
        Until(() => _turns.ClosedCount == 1);
        Until(() => Dialogue.Count == 0);
        Assert.Equal(1, _turns.ClosedCount);
    }

    [Fact]
    public void A_connection_that_its_owner_closes_ends_its_thread()
    {
        using var peer = Connect();
        UntilThereIsADialogue(peer);
        _owner.Tell(PoisonPill.Instance);
        Until(() => Dialogue.Count == 0);
        peer.ReceiveTimeout = 20_000;
        Assert.Equal(0, peer.Receive(new byte[1]));
    }

    private static void Until(Func<bool> isSo) => Assert.True(SpinWait.SpinUntil(isSo, Patience));

    /// <summary>On a loaded machine questions may come too far apart.</summary>
    private void UntilThereIsADialogue(Socket peer) => Until(() =>
    {
        Ask(peer, 200);
        return _turns.Threads.ContainsKey("fabric-dialogue");
    });

    private static void Ask(Socket peer, int count)
    {
        var (question, answer) = (new byte[24], new byte[24]);
        for (var i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(question, i);
            // As ovs-ofctl does: two writes for one question.
            peer.Send(question.AsSpan(0, 16));
            peer.Send(question.AsSpan(16));
            for (var size = 0; size < answer.Length;)
            {
                var part = peer.Receive(answer.AsSpan(size));
                Assert.NotEqual(0, part);
                size += part;
            }

            Assert.Equal(question, answer);
        }
    }

    private Socket Connect()
    {
        var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        peer.Connect(new UnixDomainSocketEndPoint(_path));
        _owner.Tell(new ConversingConnection(_owner, "peer", _listener.Accept()));
        return peer;
    }

    private sealed class Turns
    {
        public ConcurrentDictionary<string, bool> Threads { get; } = [];

        public int CollisionCount;
        public int ClosedCount;
        public int Running;
    }

    private sealed class Repeater : ReceiveActor
    {
        private readonly List<SocketConnection> _connections = [];

        public Repeater(Turns turns)
        {
            Receive<SocketConnection>(connection =>
            {
                _connections.Add(connection);
                connection.Receive();
            });
            Receive<PeerReceived>(received =>
            {
                if (Interlocked.Increment(ref turns.Running) != 1) Interlocked.Increment(ref turns.CollisionCount);
                turns.Threads[Thread.CurrentThread.Name ?? ""] = true;
                received.Connection.Send(received.Connection.Received);
                received.Connection.Receive();
                Interlocked.Decrement(ref turns.Running);
            });
            Receive<PeerClosed>(_ => Interlocked.Increment(ref turns.ClosedCount));
            Receive<string>(_ =>
            {
                if (Interlocked.Increment(ref turns.Running) != 1) Interlocked.Increment(ref turns.CollisionCount);
                Interlocked.Decrement(ref turns.Running);
            });
        }

        protected override void PostStop()
        {
            foreach (var connection in _connections) connection.Dispose();
        }
    }
}
