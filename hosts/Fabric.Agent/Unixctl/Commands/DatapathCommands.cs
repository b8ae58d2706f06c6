using System.Globalization;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Datapaths and their ports by hand: <c>dpctl/add-dp</c>, <c>add-if</c> and what undoes them (OVS: <c>lib/dpctl.c</c>).</summary>
public static class DatapathCommands
{
    private const string DefaultType = "system";

    internal static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        void Command(string name, string usage, int min, int max, Func<DpctlCall, IDatapathSet, bool> run) =>
            registry.Add("dpctl/" + name, usage, min, max, call => DpctlCall.Run(context, call, dpctl =>
                context.Datapaths is { } set ? run(dpctl, set) : dpctl.Fail(name.Replace('-', '_'), "Operation not supported")));

        Command("add-dp", "dp [iface...]", 1, UnixctlRegistry.Unlimited, (dpctl, set) =>
            set.Add(FullName(dpctl.Arguments[0])) is { } error ? dpctl.Fail("add_dp", error)
            : dpctl.Arguments.Count == 1 || AddPorts(dpctl, set));
        Command("del-dp", "dp", 1, 1, (dpctl, set) =>
            !Open(dpctl) ? false : set.Remove(dpctl.View.FullName) is not { } error || dpctl.Fail("del_dp", error));
        Command("add-if", "dp iface...", 2, UnixctlRegistry.Unlimited, (dpctl, set) => Open(dpctl) && AddPorts(dpctl, set));
        Command("del-if", "dp iface...", 2, UnixctlRegistry.Unlimited, (dpctl, set) => Open(dpctl) && RemovePorts(dpctl, set));
        Command("set-if", "dp iface...", 2, UnixctlRegistry.Unlimited, (dpctl, _) => Open(dpctl) && CheckPorts(dpctl));
    }

    /// <summary>Ports of the agent's datapath get other numbers: only a daemon with devices for tests has this.</summary>
    public static void AddDummies(UnixctlRegistry registry, SwitchContext context) => registry.Add(
        "dpif-dummy/change-port-number", "dp port new-number", 3, 3, call =>
        {
            if (call[0] != context.View.Name) return UnixctlReply.Fail("unknown datapath or not a dummy");
            if (context.View.Ports.FirstOrDefault(p => p.Name == call[1]) is not { } port) return UnixctlReply.Fail("unknown port");
            var number = ScanText.Atoi(call[2]);
            if (number <= 0 || context.View.FindPort(new OdpPort((uint)number)) is not null) return UnixctlReply.Fail("bad port number");
            context.Datapaths!.Renumber(port.Name, new OdpPort((uint)number));
            return UnixctlReply.Done;
        });

    private static string FullName(string word) => word.Contains('@') ? word : $"{DefaultType}@{word}";

    private static bool Open(DpctlCall dpctl) =>
        dpctl.Choose(dpctl.Arguments[0]) || dpctl.Fail("opening datapath", "No such device");

    private static bool AddPorts(DpctlCall dpctl, IDatapathSet set)
    {
        var (name, isGood) = (FullName(dpctl.Arguments[0]), true);
        foreach (var words in dpctl.Arguments.Skip(1).Select(a => a.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            var (type, number) = (DefaultType, (OdpPort?)null);
            foreach (var (key, value) in words.Skip(1).Select(Setting))
            {
                if (key == "type") type = value;
                else if (key == "port_no") number = new OdpPort((uint)ScanText.Atoi(value));
            }

            if (set.AddPort(name, words[0], type, number, out var isDevice) is not { } error) continue;
            isGood = dpctl.Fail(isDevice ? $"adding {words[0]} to {name} failed" : $"{words[0]}: failed to open network device", error);
        }

        return isGood;
    }

    private static bool RemovePorts(DpctlCall dpctl, IDatapathSet set)
    {
        var isGood = true;
        foreach (var word in dpctl.Arguments.Skip(1))
        {
            var isNumber = uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            if (!isNumber)
            {
                if (dpctl.View.Ports.FirstOrDefault(p => p.Name == word) is not { } port)
                {
                    isGood = dpctl.Fail($"no port named {word}");
                    continue;
                }

                number = port.Number.Value;
            }

            if (set.RemovePort(dpctl.View.FullName, new OdpPort(number)) is { } error)
                isGood = dpctl.Fail($"deleting port {word} from {dpctl.View.FullName} failed", error);
        }

        return isGood;
    }

    /// <summary>What a port is cannot be changed, and devices for tests have no settings that could.</summary>
    private static bool CheckPorts(DpctlCall dpctl)
    {
        var isGood = true;
        foreach (var words in dpctl.Arguments.Skip(1).Select(a => a.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (dpctl.View.Ports.FirstOrDefault(p => p.Name == words[0]) is not { } port)
            {
                isGood = dpctl.Fail($"{words[0]}: failed to query port in {dpctl.View.FullName}", "No such device");
                continue;
            }

            foreach (var (key, value) in words.Skip(1).Select(Setting))
            {
                var complaint = key switch
                {
                    "type" when value != port.Type => $"can't change type from {port.Type} to {value}",
                    "port_no" when ScanText.Atoi(value) != (int)port.Number.Value => string.Create(CultureInfo.InvariantCulture,
                        $"can't change port number from {port.Number.Value} to {ScanText.Atoi(value)}"),
                    "type" or "port_no" => null,
                    _ => $"{key}: setting not supported",
                };
                if (complaint is null) continue;
                isGood = dpctl.Fail($"{port.Name}: {complaint}");
                break;
            }
        }

        return isGood;
    }

    private static (string Key, string Value) Setting(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
    }
}
