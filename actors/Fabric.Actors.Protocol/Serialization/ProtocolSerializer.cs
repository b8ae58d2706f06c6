using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Serialization;

namespace Fabric.Actors.Protocol;

/// <summary>
/// The one serializer for Fabric's own messages. A manifest is a short name from a closed table, never a type name, so a peer cannot make
/// this process construct anything else. <see cref="ServerEnvelope"/> is framed by hand because it carries any
/// <see cref="IServerMessage"/>.
/// </summary>
public sealed class ProtocolSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string EnvelopeManifest = "env";

    private static readonly Dictionary<string, JsonTypeInfo> ByManifest = new()
    {
        ["ensure"] = ProtocolJson.Default.EnsureServer,
        ["stop"] = ProtocolJson.Default.StopServer,
        ["probe"] = ProtocolJson.Default.ProbeServer,
        ["need-plan"] = ProtocolJson.Default.NeedPlan,
        ["inspect"] = ProtocolJson.Default.InspectServer,
        ["report"] = ProtocolJson.Default.ServerReport,
        ["get-flows"] = ProtocolJson.Default.GetFlows,
        ["flows"] = ProtocolJson.Default.FlowsReply,
        ["ping"] = ProtocolJson.Default.RunPing,
        ["pong"] = ProtocolJson.Default.PingReply,
        ["count-foreign"] = ProtocolJson.Default.CountForeign,
        ["foreign"] = ProtocolJson.Default.ForeignCount,
        ["send-traced"] = ProtocolJson.Default.SendTraced,
        ["traced"] = ProtocolJson.Default.TracedSent,
        ["needs-resolution"] = ProtocolJson.Default.NeedsResolution,
        ["find-vm"] = ProtocolJson.Default.FindVm,
        ["vm"] = ProtocolJson.Default.VmLocation,
        ["deploy"] = ProtocolJson.Default.Deploy,
        ["deployed"] = ProtocolJson.Default.Deployed,
        ["get-topology"] = ProtocolJson.Default.GetTopology,
        ["topology"] = ProtocolJson.Default.TopologyReply,
        ["get-summary"] = ProtocolJson.Default.GetSummary,
        ["summary"] = ProtocolJson.Default.FabricSummary,
        ["refused"] = ProtocolJson.Default.RequestRefused,
        ["declared"] = ProtocolJson.Default.TopologyDeclared,
        ["placement"] = ProtocolJson.Default.Placement,
        ["node"] = ProtocolJson.Default.NodeEntry,
        ["trace-begin"] = ProtocolJson.Default.TraceBegin,
        ["trace-begun"] = ProtocolJson.Default.TraceBegun,
        ["trace-collect"] = ProtocolJson.Default.TraceCollect,
        ["trace-steps"] = ProtocolJson.Default.TraceSteps,
        ["database-records"] = ProtocolJson.Default.DatabaseRecords,
        ["change-guest"] = ProtocolJson.Default.ChangeGuest,
        ["guest"] = ProtocolJson.Default.GuestReply,
        ["change-vfs"] = ProtocolJson.Default.ChangeVfs,
        ["vfs-changed"] = ProtocolJson.Default.VfsChanged,
        ["functions-declared"] = ProtocolJson.Default.FunctionsDeclared,
        ["settle-vfs"] = ProtocolJson.Default.SettleVfs,
        ["vfs-settled"] = ProtocolJson.Default.VfsSettled,
    };

    private static readonly Dictionary<Type, string> Manifests = ByManifest.ToDictionary(pair => pair.Value.Type, pair => pair.Key);

    public override int Identifier => 4_210;

    /// <summary>Every type this serializer carries, for the bindings and for the tests.</summary>
    public static IEnumerable<Type> Types => Manifests.Keys.Append(typeof(ServerEnvelope));

    public override string Manifest(object o) =>
        o is ServerEnvelope ? EnvelopeManifest
        : Manifests.TryGetValue(o.GetType(), out var manifest) ? manifest
        : throw new SerializationException($"{o.GetType().Name} has no place in the protocol");

    public override byte[] ToBinary(object obj) =>
        obj is ServerEnvelope envelope
            ? WriteEnvelope(envelope)
            : JsonSerializer.SerializeToUtf8Bytes(obj, ByManifest[Manifest(obj)]);

    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return manifest == EnvelopeManifest ? ReadEnvelope(bytes) : Read(bytes, manifest);
        }
        catch (JsonException e)
        {
            throw new SerializationException($"damaged '{manifest}' message: {e.Message}", e);
        }
    }

    private static object Read(ReadOnlySpan<byte> bytes, string manifest) =>
        ByManifest.TryGetValue(manifest, out var type)
            ? JsonSerializer.Deserialize(bytes, type) ?? throw new SerializationException($"empty '{manifest}' message")
            : throw new SerializationException($"unknown manifest '{manifest}'");

    /// <summary>Server name and inner manifest, each with a 16-bit length, then the inner message.</summary>
    private byte[] WriteEnvelope(ServerEnvelope envelope)
    {
        var server = Encoding.UTF8.GetBytes(envelope.Server);
        var manifest = Encoding.UTF8.GetBytes(Manifest(envelope.Message));
        var body = ToBinary(envelope.Message);
        var bytes = new byte[4 + server.Length + manifest.Length + body.Length];
        var rest = Put(Put(bytes, server), manifest);
        body.CopyTo(rest);
        return bytes;
    }

    private static Span<byte> Put(Span<byte> destination, byte[] text)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, checked((ushort)text.Length));
        text.CopyTo(destination[2..]);
        return destination[(2 + text.Length)..];
    }

    private static ServerEnvelope ReadEnvelope(ReadOnlySpan<byte> bytes)
    {
        var server = Take(ref bytes);
        var manifest = Take(ref bytes);
        return Read(bytes, manifest) is IServerMessage message
            ? new ServerEnvelope(server, message)
            : throw new SerializationException($"'{manifest}' is not for a server");
    }

    private static string Take(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(bytes) is var size && bytes.Length < 2 + size)
            throw new SerializationException("envelope cut short");
        var text = Encoding.UTF8.GetString(bytes.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(bytes)));
        bytes = bytes[(2 + BinaryPrimitives.ReadUInt16BigEndian(bytes))..];
        return text;
    }
}
