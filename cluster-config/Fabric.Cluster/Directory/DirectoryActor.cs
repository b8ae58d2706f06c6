using System.Collections.Immutable;
using Akka.Actor;
using Akka.DistributedData;
using Fabric.Actors;
using Fabric.Actors.Protocol;

namespace Fabric.Cluster;

/// <summary>
/// A node's share of the directory in Distributed Data: publishes where its servers are and keeps <see cref="DirectoryView"/> up to date.
/// An entry's clock is its epoch and version, so an older placement never wins, however late it arrives.
/// <para>A restart means: the view is filled again from the replicator; nothing is lost.</para>
/// </summary>
internal sealed class DirectoryActor : ReceiveActor
{
    private static readonly LWWDictionaryKey<string, Placement> PlacementsKey = new("placements");
    private static readonly LWWDictionaryKey<string, NodeEntry> NodesKey = new("nodes");

    private readonly IActorRef _replicator;
    private readonly Akka.Cluster.UniqueAddress _self;
    private readonly DirectoryView _view;
    private readonly NodeEntry _own;

    public DirectoryActor(DirectoryView view, NodeEntry own)
    {
        _view = view;
        _own = own;
        _replicator = DistributedData.Get(Context.System).Replicator;
        _self = Akka.Cluster.Cluster.Get(Context.System).SelfUniqueAddress;
        Receive<Placement>(Publish);
        Receive<ServerGone>(gone => _replicator.Tell(Dsl.Update(
            PlacementsKey, LWWDictionary<string, Placement>.Empty, WriteLocal.Instance,
            placements => placements.Remove(_self, gone.Server))));
        Receive<Changed>(Read);
        Receive<IUpdateResponse>(_ => { });
    }

    public static Props Props(DirectoryView view, NodeEntry own) => Akka.Actor.Props.Create(() => new DirectoryActor(view, own));

    protected override void PreStart()
    {
        _replicator.Tell(Dsl.Subscribe(PlacementsKey, Self));
        _replicator.Tell(Dsl.Subscribe(NodesKey, Self));
        _replicator.Tell(Dsl.Update(
            NodesKey, LWWDictionary<string, NodeEntry>.Empty, WriteLocal.Instance,
            nodes => nodes.SetItem(_self, _own.Node, _own)));
    }

    /// <summary>
    /// Epoch before version, for which 41 bits are enough: it starts from milliseconds since 1970. Of two nodes whose clocks differ, the
    /// one that publishes later wins all the same if it has seen the other's entry.
    /// </summary>
    internal static long Clock(long current, Placement placement) =>
        Math.Max((placement.Epoch << 41) | placement.Version, current >> 41 == placement.Epoch ? current + 1 : 0);

    /// <summary>An entry of a lower epoch is not even written here.</summary>
    internal static LWWDictionary<string, Placement> Place(
        LWWDictionary<string, Placement> placements, Placement placement, Akka.Cluster.UniqueAddress self) =>
        placements.TryGetValue(placement.Server, out var known) && known.Epoch > placement.Epoch
            ? placements
            : placements.SetItem(self, placement.Server, placement, Clock);

    private void Publish(Placement placement) => _replicator.Tell(Dsl.Update(
        PlacementsKey, LWWDictionary<string, Placement>.Empty, WriteLocal.Instance,
        placements => Place(placements, placement, _self)));

    private void Read(Changed changed)
    {
        if (changed.Key.Equals(PlacementsKey)) _view.Placements = changed.Get(PlacementsKey).Entries.ToImmutableDictionary();
        else if (changed.Key.Equals(NodesKey))
            _view.Apis = changed.Get(NodesKey).Entries.ToImmutableDictionary(e => e.Key, e => e.Value.Api);
    }
}
