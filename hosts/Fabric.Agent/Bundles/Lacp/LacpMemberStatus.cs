namespace Fabric.Agent;

/// <summary>How well the other end is known (OVS: <c>enum member_status</c>).</summary>
internal enum LacpMemberStatus
{
    Current,

    /// <summary>Nothing heard for three times its interval; asked once more, quickly.</summary>
    Expired,

    /// <summary>Nobody is there.</summary>
    Defaulted,
}
