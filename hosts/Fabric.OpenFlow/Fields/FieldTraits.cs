namespace Fabric.OpenFlow;

/// <summary>What may be done with a field.</summary>
[Flags]
internal enum FieldTraits
{
    Plain = 0,

    /// <summary>Actions cannot write it.</summary>
    ReadOnly = 1 << 0,

    /// <summary>A rule matches all of it or nothing.</summary>
    Exact = 1 << 1,
}
