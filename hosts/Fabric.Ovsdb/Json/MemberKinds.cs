namespace Fabric.Ovsdb;

/// <summary>What a member of an object may be.</summary>
[Flags]
internal enum MemberKinds
{
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Real = 8,
    Number = Integer | Real,
    Array = 16,
    String = 32,
    Object = 64,

    /// <summary>A string that is an identifier.</summary>
    Id = 128,
    Any = Null | Boolean | Number | Array | String | Object,
    Optional = 256,
}
