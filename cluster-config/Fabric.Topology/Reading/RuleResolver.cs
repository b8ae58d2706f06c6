namespace Fabric.Topology;

internal static class RuleResolver
{
    public static IReadOnlyList<BridgeRules> Resolve(ConfigNode? ovs, IReadOnlyList<ServerSpec> servers, ErrorList errors)
    {
        var rules = new List<BridgeRules>();
        foreach (var (server, configuration) in ovs?.Entries ?? [])
        {
            if (!References.Check(server, $"ovs.{server.Text}", "server", servers.Select(s => s.Name), errors))
                continue;

            foreach (var (bridge, texts) in configuration["flows"]?.Entries ?? [])
            {
                rules.Add(new BridgeRules
                {
                    Server = server.Text,
                    Bridge = bridge.Text,
                    Rules = [.. texts.Items
                        .Where(t => t.Kind == ConfigKind.Scalar)
                        .Select(t => new RuleLine { Text = t.Text, Line = t.Line, Column = t.Column })],
                });
            }
        }

        return rules;
    }
}
