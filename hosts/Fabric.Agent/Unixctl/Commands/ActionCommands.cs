namespace Fabric.Agent;

/// <summary>
/// Which code carries actions out: <c>odp-execute/*</c> (OVS: <c>lib/odp-execute.c</c>). There is one, "scalar"; the "autovalidator", which
/// compares all there are, then has nothing to compare, as on a machine without AVX-512.
/// </summary>
internal static class ActionCommands
{
    private static readonly string[] Names = ["scalar", "autovalidator"];

    public static void Add(UnixctlRegistry registry)
    {
        var active = "scalar";
        registry.Add("odp-execute/action-impl-set", "name", 1, 1, call =>
        {
            if (!Names.Contains(call[0])) return UnixctlReply.Fail($"Error: unknown action implementation, {call[0]}, specified!");
            active = call[0];
            return UnixctlReply.Ok($"Action implementation set to {active}.");
        });
        registry.Add("odp-execute/action-impl-show", "", 0, 0, _ => UnixctlReply.Ok("Available Actions implementations:\n"
            + string.Concat(Names.Select(n => $"  {n} (available: Yes, active: {(n == active ? "Yes" : "No")})\n"))));
    }
}
