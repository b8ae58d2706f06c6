using System.Text.Json.Serialization;

namespace Fabric.Topology;

/// <summary>One entry of <c>validate:</c>: what must hold once every server is ready. The set is closed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "check")]
[JsonDerivedType(typeof(PingAllCheck), "pingall")]
[JsonDerivedType(typeof(IsolatedCheck), "isolated")]
[JsonDerivedType(typeof(OffloadedCheck), "offloaded")]
public abstract record ValidationCheck;
