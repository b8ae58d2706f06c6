namespace Fabric.Wire.Tests;

public class TruncationTests
{
    public static TheoryData<string> Names => [.. SampleFrames.All().Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_frame_cut_at_any_length_is_read_without_an_exception(string name)
    {
        var bytes = SampleFrames.All().Single(s => s.Name == name).Bytes;
        for (var from = 0; from <= 64 && from < bytes.Length; from++)
            for (var to = from; to <= bytes.Length; to++)
                // An array of its own, so that a read past the end cannot hide in the bytes after it.
                AllViews.Touch(bytes[from..to]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_frame_with_damaged_bytes_is_read_without_an_exception(string name)
    {
        var random = new Random(TestSeed.Value);
        var bytes = SampleFrames.All().Single(s => s.Name == name).Bytes;
        for (var i = 0; i < 2000; i++)
        {
            var copy = bytes.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            AllViews.Touch(copy);
        }
    }

    [Fact]
    public void Reading_is_a_function_of_the_bytes_alone()
    {
        foreach (var (name, bytes) in SampleFrames.All())
        {
            var sum = AllViews.Touch(bytes);
            Assert.True(sum != 0, $"nothing parsed in {name}");
            Assert.Equal(sum, AllViews.Touch(bytes));
        }
    }
}
