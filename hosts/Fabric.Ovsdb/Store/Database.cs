using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// A complete OVSDB database (RFC 7047) of any schema, without its sessions and its disk: operations in, replies and commits out.
/// <para>
/// Tables are dictionaries by UUID, uniqueness constraints are dictionaries by value, strong references are counted and weak ones known
/// from both ends. So a transaction costs what it touches and nothing of what the database holds, whereas a scan per commit would make
/// the 200th port of a bridge 200 times as dear as the first. Rows are immutable once committed and share their unchanged datums, hence a
/// commit, a monitor or another actor may keep them without copying.
/// </para>
/// <para>Properties, which the tests cite by number:</para>
/// <list type="number">
/// <item>Atomic: a transaction that fails leaves the database as it was, reference counts and indexes included.</item>
/// <item>After every commit each strong reference names an existing row, and each weak one as well.</item>
/// <item>After every commit a row outside the root set has a strong reference from another row (cycles among such rows keep each
/// other).</item>
/// <item>After every commit indexes are unique, tables within their maximum size, columns within their type.</item>
/// <item>A reply is what ovsdb-server 3.1 answers, byte for byte in its errors, except where its hash tables decide the order.</item>
/// <item>No input makes it throw: what is wrong with a request is told in its reply.</item>
/// </list>
/// <para>Not modelled: access control by role (RBAC), clusters (RAFT), relays.</para>
/// </summary>
public sealed class Database
{
    private const int KeptReplySize = 4096;

    private readonly Dictionary<string, Table> _tables = [];
    private readonly Random _generator;
    private readonly JsonBuffer _replies = new();

    /// <param name="generator">For the UUIDs of rows and versions; seeded apart for each database whose rows must not collide.</param>
    public Database(DatabaseSchema schema, Random generator)
    {
        (Schema, _generator) = (schema, generator);
        Tables = [.. schema.Tables.Select(t => new Table(t))];
        foreach (Table table in Tables) _tables.Add(table.Schema.Name, table);
        foreach (Table table in Tables)
        {
            table.StrongReferences = ReferenceColumn.Of(table.Schema.StrongColumns, ReferenceKind.Strong, _tables);
            table.WeakReferences = ReferenceColumn.Of(table.Schema.WeakColumns, ReferenceKind.Weak, _tables);
        }
    }

    public DatabaseSchema Schema { get; }

    public ImmutableArray<Table> Tables { get; }

    /// <summary>The number of the last commit; 0 before the first.</summary>
    public long CommitNumber { get; private set; }

    /// <exception cref="KeyNotFoundException">The schema has no such table.</exception>
    public Table Table(string name) => _tables[name];

    public bool TryGetTable(string name, [NotNullWhen(true)] out Table? table) => _tables.TryGetValue(name, out table);

    /// <summary>Runs a transaction.</summary>
    /// <param name="operations">The parameters of "transact" (RFC 7047, section 4.1.3): a JSON array.</param>
    /// <param name="skip">How many leading elements are not operations: 1 if the database's name comes first.</param>
    public TransactResult Execute(JsonElement operations, TransactTerms terms, int skip = 0)
    {
        TransactResult result = new Execution(this, terms, _replies).Run(operations, skip);

        // There are thousands of databases, and one large reply must not stay with each.
        _replies.Clear(KeptReplySize);
        return result;
    }

    /// <summary>As above, from the text of the array, which holds operations only.</summary>
    public TransactResult Execute(ReadOnlyMemory<byte> operations, TransactTerms terms)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(operations, JsonAccess.Options);
            return Execute(document.RootElement, terms);
        }
        catch (JsonException broken)
        {
            return TransactResult.Refused(new OvsdbError("syntax error", $"operations are not valid JSON ({broken.Message})"));
        }
    }

    internal Guid NewUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _generator.NextBytes(bytes);

        // Random, version 4 (RFC 4122, section 4.4); the constructor takes the third group little-endian.
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes);
    }

    internal Commit NewCommit(IReadOnlyList<RowChange> changes, string? comment, bool isDurable) =>
        new(++CommitNumber, NewUuid(), changes, comment, isDurable);
}
