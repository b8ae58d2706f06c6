namespace Fabric.Agent;

/// <summary>
/// Rules by cookie (OVS: <c>ofproto->cookies</c>). Cookie 0, which most rules have that nobody looks for by cookie, is left out.
/// </summary>
internal sealed class CookieIndex
{
    private readonly Dictionary<ulong, HashSet<OpenFlowRule>> _byCookie = [];

    public IEnumerable<OpenFlowRule> Find(ulong cookie) => _byCookie.TryGetValue(cookie, out var rules) ? rules : [];

    public int Count(ulong cookie, byte table) => Find(cookie).Count(r => r.Table == table);

    public void Add(OpenFlowRule rule)
    {
        if (rule.Cookie == 0) return;
        if (!_byCookie.TryGetValue(rule.Cookie, out var rules)) _byCookie.Add(rule.Cookie, rules = new HashSet<OpenFlowRule>(1));
        rules.Add(rule);
    }

    public void Remove(OpenFlowRule rule)
    {
        if (rule.Cookie == 0 || !_byCookie.TryGetValue(rule.Cookie, out var rules)) return;
        rules.Remove(rule);
        if (rules.Count == 0) _byCookie.Remove(rule.Cookie);
    }
}
