using System.Runtime.Serialization;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Cluster.Tests;

/// <summary>What is in force in a node, not what its files say.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly string _data = QuietNode.NewFolder();
    private readonly ActorSystem _system;

    public ConfigurationTests()
    {
        var own = Akka.Configuration.ConfigurationFactory.ParseString("akka.loggers = []\nakka.loglevel = OFF");
        _system = ActorSystem.Create("effective", own.WithFallback(NodeConfiguration.Compose(QuietNode.Options(_data))));
    }

    public void Dispose()
    {
        _system.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public void Every_protocol_type_meets_its_serializer_and_everything_unbound_the_refusing_one()
    {
        foreach (var type in ProtocolSerializer.Types) Assert.IsType<ProtocolSerializer>(_system.Serialization.FindSerializerForType(type));
        foreach (var type in new[] { typeof(object), typeof(FrameBatch), typeof(Frame), typeof(KernelCommands), typeof(UpcallBatch),
            typeof(OpenVtep), typeof(ConfigurationTests) })
            Assert.IsType<RefusingSerializer>(_system.Serialization.FindSerializerForType(type));

        Assert.Throws<SerializationException>(() => _system.Serialization.Serialize(new FramePool(1).RentBatch()));
        var placement = new Placement("s", "n", "v", 1, 2, true, null);
        Assert.Equal(placement, _system.Serialization.Deserialize(_system.Serialization.Serialize(placement), 4_210, "placement"));
    }

    [Fact]
    public void The_settings_that_keep_a_fabric_whole_are_in_force()
    {
        var config = _system.Settings.Config;
        Assert.Equal("cluster", config.GetString("akka.actor.provider"));
        Assert.Empty(config.GetStringList("akka.cluster.seed-nodes"));
        Assert.Contains("SplitBrainResolver", config.GetString("akka.cluster.downing-provider-class"), StringComparison.Ordinal);
        Assert.Equal("akka.persistence.journal.sql", config.GetString("akka.persistence.journal.plugin"));
        Assert.Contains(_data, config.GetString("akka.persistence.journal.sql.connection-string"), StringComparison.Ordinal);
        Assert.NotEqual(
            config.GetString("akka.persistence.journal.sql.connection-string"),
                config.GetString("akka.persistence.snapshot-store.sql.connection-string"));
        Assert.True(config.HasPath(NodeServices.FrameDispatcher));
    }
}
