using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Fabric.Actors.Protocol;

/// <summary>
/// Stands where Akka's polymorphic JSON would: whatever has no serializer of its own does not leave the process and is not made from bytes.
/// </summary>
public sealed class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 4_211;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj.GetType().FullName} must not leave this process: it has no explicit serializer");

    public override object FromBinary(byte[] bytes, Type type) =>
        throw new SerializationException($"{type.FullName} is not accepted from a peer: it has no explicit serializer");
}
