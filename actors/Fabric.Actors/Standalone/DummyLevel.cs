namespace Fabric.Actors;

/// <summary>Which types of interface are devices for tests (OVS: <c>--enable-dummy</c>).</summary>
public enum DummyLevel
{
    None,

    /// <summary>Those of type <c>dummy</c>.</summary>
    Named,

    /// <summary>Also those of type <c>system</c>.</summary>
    System,

    /// <summary>Every type but patch.</summary>
    Override,
}
