using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.10.</summary>
internal sealed class AssertOperation : Operation
{
    private readonly JsonElement _lock;

    public AssertOperation(ObjectReader reader) => reader.TryGet("lock", MemberKinds.Id, out _lock);

    public override bool IsReadOnly => true;

    public override OvsdbError? Execute(OperationContext context)
    {
        string name = JsonAccess.Text(_lock);
        if (context.Terms.OwnsLock?.Invoke(name) != true) return new OvsdbError("not owner", $"Asserted lock {name} not held.");
        context.Reply.Append("{}"u8);
        return null;
    }
}
