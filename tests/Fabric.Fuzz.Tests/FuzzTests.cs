using Xunit.Abstractions;

namespace Fabric.Fuzz.Tests;

/// <summary>Every target of this assembly, in turn.</summary>
public class FuzzTests(ITestOutputHelper output)
{
    public static TheoryData<string> Targets =>
    [
        .. typeof(IFuzzTarget).Assembly.GetTypes().Where(t =>
            t.IsClass && t.IsAssignableTo(typeof(IFuzzTarget)) && t.Namespace == Namespace)
            .Select(t => t.Name).Order(StringComparer.Ordinal),
    ];

    private static string Namespace => $"{typeof(IFuzzTarget).Namespace}.Targets";

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_input_throws_or_takes_long_or_allocates_much(string name)
    {
        var target = (IFuzzTarget)Activator.CreateInstance(typeof(IFuzzTarget).Assembly.GetType($"{Namespace}.{name}")!)!;
        var count = FuzzRunner.Run(target, TestSeed.Value);
        output.WriteLine($"{name}: {count} inputs, {TestSeed.Text}");
        Assert.True(count > 0);
    }

    [Fact]
    public void The_good_samples_of_text_targets_are_accepted()
    {
        foreach (var type in typeof(IFuzzTarget).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(TextFuzzTarget))))
        {
            var target = (TextFuzzTarget)Activator.CreateInstance(type)!;
            foreach (var text in target.GoodTexts) Assert.True(target.TryRead(text), $"{type.Name} refuses {text}");
        }
    }

    [Fact]
    public void A_target_that_throws_is_caught_with_its_input()
    {
        var failure = Assert.ThrowsAny<Exception>(() => FuzzRunner.Run(new Bad(input => throw new FormatException("found")), 1));
        Assert.Contains("found", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_is_slow_or_wasteful_is_caught()
    {
        var failure = Assert.ThrowsAny<Exception>(() => FuzzRunner.Run(new Bad(_ => Thread.Sleep(FuzzRunner.MaxInputMs + 5)), 1));
        Assert.Contains("took", failure.Message, StringComparison.Ordinal);
        failure = Assert.ThrowsAny<Exception>(() => FuzzRunner.Run(new Bad(_ => GC.KeepAlive(new byte[5000])), 1));
        Assert.Contains("allocated", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_are_a_function_of_the_seed()
    {
        byte[][] samples = [.. SampleFrames.All().Select(s => s.Bytes)];
        var (one, two) = (new FuzzMutator(7, samples), new FuzzMutator(7, samples));
        for (var i = 0; i < 1000; i++) Assert.Equal(one.Next(), two.Next());
    }

    private sealed class Bad(Action<byte[]> run) : IFuzzTarget
    {
        public long MaxAllocatedSize => 100;

        public IEnumerable<byte[]> Samples => [[]];

        public void Run(byte[] input)
        {
            if (input.Length > 0) run(input);
        }
    }
}
