using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Fabric.Actors;

/// <summary>
/// A dispatcher whose actors' turns run at once on the thread that told them something, where that is a thread of a <see cref="Dialogue"/>
/// and no other turn runs there; otherwise in the pool, as anybody's. A mailbox that is at work elsewhere takes the message there.
/// </summary>
internal sealed class DirectTurns : MessageDispatcherConfigurator
{
    private const string Id = "akka.fabric-agents";

    /// <summary>Messages in one go, as Akka's own dispatchers have it.</summary>
    private const int Throughput = 30;

    [ThreadStatic]
    private static bool _isWilling;

    private readonly MessageDispatcher _dispatcher;

    private DirectTurns(IDispatcherPrerequisites prerequisites) : base(Config.Empty, prerequisites) =>
        _dispatcher = new Dispatcher(this, Id, Throughput, null, new Factory(), TimeSpan.FromSeconds(1));

    /// <summary>For the props of an actor of this system, whose configuration may say otherwise.</summary>
    public static string In(ActorSystem system)
    {
        if (!system.Dispatchers.HasDispatcher(Id))
            system.Dispatchers.RegisterConfigurator(Id, new DirectTurns(system.Dispatchers.Prerequisites));
        return Id;
    }

    /// <summary>From now on this thread runs turns.</summary>
    public static void RunHere() => _isWilling = true;

    public override MessageDispatcher Dispatcher() => _dispatcher;

    private sealed class Factory : ExecutorServiceFactory
    {
        public override ExecutorService Produce(string id) => new Turns(id);
    }

    private sealed class Turns(string id) : ExecutorService(id)
    {
        public override void Execute(IRunnable run)
        {
            if (!_isWilling)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static it => it.Run(), run, preferLocal: false);
                return;
            }

            // What this turn tells others is for the pool.
            _isWilling = false;
            run.Run();
            _isWilling = true;
        }

        public override void Shutdown()
        {
            // The pool is everybody's, and a dialogue ends with its socket.
        }
    }
}
