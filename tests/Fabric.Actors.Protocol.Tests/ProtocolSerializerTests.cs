using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Fabric.Wire;

namespace Fabric.Actors.Protocol.Tests;

public sealed class ProtocolSerializerTests : IDisposable
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out var seed) ? seed : 20_261_122;

    private readonly ActorSystem _system = ActorSystem.Create("protocol", "akka.loglevel = OFF\nakka.stdout-loglevel = OFF");
    private readonly ProtocolSerializer _serializer;

    public ProtocolSerializerTests() => _serializer = new ProtocolSerializer((ExtendedActorSystem)_system);

    public static TheoryData<Type> Types => [.. ProtocolSerializer.Types];

    public void Dispose() => _system.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_comes_back_as_it_was_sent(Type type)
    {
        var message = new SampleMessages().Make(type);
        var bytes = _serializer.ToBinary(message);
        var back = _serializer.FromBinary(bytes, _serializer.Manifest(message));
        Assert.IsType(type, back);
        Assert.Equal(Text(bytes), Text(_serializer.ToBinary(back)));
    }

    [Fact]
    public void Every_message_of_the_assembly_that_a_server_takes_has_a_place()
    {
        var forServers = typeof(IServerMessage).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IServerMessage)) && !t.IsInterface);
        Assert.Empty(forServers.Except(ProtocolSerializer.Types));
    }

    [Fact]
    public void An_unknown_manifest_is_refused()
    {
        foreach (var manifest in new[] { "", "Ensure", "System.Diagnostics.Process", "env2", "\0" })
            Assert.Throws<SerializationException>(() => _serializer.FromBinary("{}"u8.ToArray(), manifest));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Damaged_bytes_are_a_message_or_a_serialization_error_and_nothing_else(Type type)
    {
        var message = new SampleMessages().Make(type);
        var manifest = _serializer.Manifest(message);
        var good = _serializer.ToBinary(message);
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var bytes = Mutate(good, random);
            try
            {
                Assert.IsType(type, _serializer.FromBinary(bytes, manifest));
            }
            catch (SerializationException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed}, round {round}, {type.Name}: {e.GetType().Name} {e.Message} for {Text(bytes)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_message_cut_short_is_refused_at_every_length(Type type)
    {
        var message = new SampleMessages().Make(type);
        var bytes = _serializer.ToBinary(message);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<SerializationException>(() => _serializer.FromBinary(cut, _serializer.Manifest(message)));
        }
    }

    [Theory]
    [InlineData("ensure", "{}")]
    [InlineData("ensure", """{"plan":null}""")]
    [InlineData("find-vm", "{}")]
    [InlineData("find-vm", """{"name":null}""")]
    [InlineData("find-vm", """{"name":"a","other":1}""")]
    [InlineData("need-plan", "null")]
    public void A_message_without_what_it_must_have_is_refused(string manifest, string json) =>
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(Encoding.UTF8.GetBytes(json), manifest));

    [Fact]
    public void An_envelope_carries_only_what_a_server_takes()
    {
        var foreign = "{\"name\":\"x\"}"u8;
        byte[] bytes = [0, 1, (byte)'s', 0, 7, .. "find-vm"u8, .. foreign];
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, "env"));
    }

    [Fact]
    public void What_has_no_place_in_the_protocol_does_not_leave_the_process()
    {
        var refusing = new RefusingSerializer((ExtendedActorSystem)_system);
        var batch = new FramePool(4).RentBatch();
        Assert.Contains("must not leave", Assert.Throws<SerializationException>(() => refusing.ToBinary(batch)).Message);
        Assert.Throws<SerializationException>(() => refusing.FromBinary([1, 2, 3], typeof(FrameBatch)));
        Assert.Throws<SerializationException>(() => _serializer.Manifest(batch));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(new object()));
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        var bytes = (byte[])good.Clone();
        for (var flips = random.Next(1, 4); flips > 0; flips--)
        {
            switch (random.Next(4))
            {
                case 0 when bytes.Length > 0:
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when bytes.Length > 1:
                    var at = random.Next(bytes.Length);
                    bytes = [.. bytes[..at], .. bytes[(at + 1)..]];
                    break;
                case 2:
                    bytes = [.. bytes, (byte)random.Next(256)];
                    break;
                default:
                    bytes = bytes[..random.Next(bytes.Length + 1)];
                    break;
            }
        }

        return bytes;
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
