namespace Fabric.Agent;

/// <summary>Connection tracking, which the datapath does not do: there is never a connection to show or to forget.</summary>
internal static class ConntrackCommands
{
    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        void Command(string name, string usage, int max, string text) =>
            registry.Add("dpctl/" + name, usage, 0, max, call => DpctlCall.Run(context, call, dpctl => Answer(dpctl, text)));

        Command("dump-conntrack", "[-m] [-s] [dp] [zone=N]", 4, "");
        Command("flush-conntrack", "[dp] [zone=N] [ct-orig-tuple] [ct-reply-tuple]", 4, "");
        Command("ct-stats-show", "[dp] [zone=N]", 3, "Connections Stats:\n    Total: 0\n");
        Command("ct-get-nconns", "[dp]", 1, "0\n");
    }

    private static bool Answer(DpctlCall dpctl, string text)
    {
        if (dpctl.Arguments.Count > 0 && dpctl.Arguments[^1].StartsWith("zone=", StringComparison.Ordinal))
            dpctl.Arguments.RemoveAt(dpctl.Arguments.Count - 1);
        if (!dpctl.OpenDatapath(1)) return false;
        dpctl.Print(text);
        return true;
    }
}
