using Fabric.Flow;
using E = Fabric.OpenFlow.OpenFlowError;

namespace Fabric.OpenFlow;

/// <summary>
/// Do the actions fit the packets that a rule matches, and the switch? (OVS: <c>ofpacts_check_consistency</c>.) Some misfits are errors in
/// every version, such as connection tracking for what is not IP. Others, such as setting a VLAN priority where there is no tag, OpenFlow
/// 1.0 allows and OVS then ignores.
/// <para>Groups and meters that must exist are not asked for here: the tables know them.</para>
/// </summary>
public static class ActionCheck
{
    /// <summary>As an argument, every table comes after and there is no last one.</summary>
    public const byte AnyTable = 255;

    /// <summary>First number that is not an ordinary port.</summary>
    public const ushort AnyPort = 0xff00;

    /// <param name="version">Of the message: 1.0 forgives what does not fit the match.</param>
    /// <param name="portEnd">Ports of the switch are below this one.</param>
    /// <param name="table">Where the rule stands: it can go to later tables only.</param>
    /// <param name="tableCount">Or <see cref="AnyTable"/>.</param>
    public static OpenFlowError Check(OpenFlowActions actions, Match match, OpenFlowVersion version, ushort portEnd = AnyPort,
        byte table = AnyTable, byte tableCount = AnyTable)
    {
        var error = Check(actions, match, portEnd, table, tableCount, out var needsOpenFlow10);
        return error == E.None && needsOpenFlow10 && version > OpenFlowVersion.V10 ? E.BacMatchInconsistent : error;
    }

    /// <inheritdoc cref="Check(OpenFlowActions, Match, OpenFlowVersion, ushort, byte, byte)"/>
    /// <param name="needsOpenFlow10">Only version 1.0 forgives what is in the list.</param>
    public static OpenFlowError Check(
        OpenFlowActions actions, Match match, ushort portEnd, byte table, byte tableCount, out bool needsOpenFlow10)
    {
        var checker = new ActionChecker(match, portEnd, table, tableCount);
        return checker.Check(actions, out needsOpenFlow10);
    }
}
