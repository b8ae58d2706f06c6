using System.Diagnostics;
using System.Text;
using Xunit.Abstractions;

namespace Fabric.Ovsdb.Tests;

/// <summary>What a database and a transaction cost. Times are told, not judged: others share the processor.</summary>
[Collection(AloneCollection.Name)]
public sealed class CostTests(ITestOutputHelper output)
{
    private const int DatabaseCount = 100;
    private const int MaxIdleSize = 300_000;

    [Fact]
    public void An_idle_server_takes_less_than_300_kB()
    {
        GC.KeepAlive(IdleSwitch.Create(0));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Database[] databases = [.. Enumerable.Range(1, DatabaseCount).Select(IdleSwitch.Create)];
        long size = (GC.GetTotalMemory(forceFullCollection: true) - before) / DatabaseCount;
        GC.KeepAlive(databases);
        output.WriteLine($"{size} bytes per idle database of {IdleSwitch.PortCount} ports");
        Assert.InRange(size, 1, MaxIdleSize);
    }

    [Fact]
    public void A_transaction_costs_what_it_touches_and_not_what_is_there()
    {
        // Statistics of one interface, first among few and then among many ports.
        long small = AllocatedByStatus(IdleSwitch.Create(1)), large = AllocatedByStatus(WithPorts(1000));
        output.WriteLine($"bytes allocated by one update of statistics: {small} of {IdleSwitch.PortCount} ports, {large} of 1000");
        Assert.InRange(large, 1, (small * 3 / 2) + 1000);
    }

    [Fact]
    public void The_times_of_typical_transactions()
    {
        Database database = IdleSwitch.Create(1);
        Row port = database.Table("Interface").Rows.First();
        byte[][] updates = [.. Enumerable.Range(0, 64).Select(i => Encoding.UTF8.GetBytes(IdleSwitch.StatusOperations(port, i)))];
        Tell("update of one interface's status", 20_000, i => database.Execute(updates[i % updates.Length], default(TransactTerms)));
        byte[] next = """[{"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["next_cfg","+=",1]]}]"""u8.ToArray();
        Tell("mutate next_cfg", 20_000, _ => database.Execute(next, default(TransactTerms)));
        Database growing = IdleSwitch.Create(2);
        byte[][] adds = [.. Enumerable.Range(1000, 1000)
            .Select(i => Encoding.UTF8.GetBytes(IdleSwitch.AddPortOperations(growing, i, "vxlan", withBridge: false)))];
        Tell("add-port, up to 1000 ports", adds.Length, i => Assert.Null(growing.Execute(adds[i], default(TransactTerms)).Error));
        Assert.Equal(IdleSwitch.PortCount + 1000, growing.Table("Port").Count);
    }

    private static Database WithPorts(int count)
    {
        Database database = IdleSwitch.Create(1);
        for (int i = IdleSwitch.PortCount; i < count; i++)
            IdleSwitch.Run(database, IdleSwitch.AddPortOperations(database, i, "vxlan", withBridge: false));
        return database;
    }

    private static long AllocatedByStatus(Database database)
    {
        const int Count = 200;
        Row port = database.Table("Interface").Rows.First();
        byte[][] updates = [.. Enumerable.Range(0, 2).Select(i => Encoding.UTF8.GetBytes(IdleSwitch.StatusOperations(port, i)))];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++) database.Execute(updates[i % 2], default(TransactTerms));
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Count;
    }

    private void Tell(string what, int count, Action<int> run)
    {
        int warm = count / 4;
        for (int i = 0; i < warm; i++) run(i);
        long start = Stopwatch.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = warm; i < count; i++) run(i);
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / (count - warm);
        long size = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (count - warm);
        output.WriteLine($"{what}: {nanoseconds:F0} ns, {size} bytes allocated");
    }
}
