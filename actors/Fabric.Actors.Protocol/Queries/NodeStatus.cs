namespace Fabric.Actors.Protocol;

/// <param name="Address">Akka address, for instance <c>akka.tcp://fabric@127.0.0.1:4053</c>.</param>
/// <param name="Api">Its HTTP API.</param>
/// <param name="State">Membership state in Akka's words: Joining, Up, Leaving, Unreachable, …</param>
public sealed record NodeStatus(string Address, string Api, string State, IReadOnlyList<string> Servers);
