using System.Globalization;
using System.Text;

namespace Fabric.Topology.Tests;

/// <summary>Property T5: whatever the text, the answer is a topology or errors with places in that text.</summary>
public sealed class MutationTests
{
    private const string Alphabet = "{}[]:,-&*!|>'\"#%@`?~.\\ \t\n\r0123456789abcxyz/\u00e9\u2028\0\ufeff\ud800";

    private static int Seed => int.TryParse(
        Environment.GetEnvironmentVariable("FABRIC_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out int seed)
            ? seed : 20_261_122;

    [Fact]
    public void No_mutation_of_quickstart_makes_it_throw()
    {
        string quickstart = WithoutComments(Repository.Quickstart);
        int valid = 0, invalid = 0;
        for (int round = 0; round < 2_000; round++)
        {
            var random = new Random(Seed + round);
            string text = Mutate(quickstart, random);
            try
            {
                if (TopologyFile.TryLoad(text, "t.yaml", out var topology, out var errors))
                {
                    valid++;
                    Assert.Equal(TopologyJson.Write(topology), TopologyJson.Write(TopologyJson.Read(TopologyJson.Write(topology))));
                }
                else
                {
                    invalid++;
                    Assert.NotEmpty(errors);
                    Assert.All(errors, e => Assert.True(e is { Line: >= 1, Column: >= 1, Message.Length: > 0 }, e.ToString()));
                }
            }
            catch (Exception e)
            {
                Assert.Fail($"FABRIC_SEED={Seed}, round {round}: {e}\n{text}");
            }
        }

        Assert.True(valid > 50 && invalid > 500, $"{valid} valid, {invalid} invalid: the mutations no longer test both ways");
    }

    private static string Mutate(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (int i = random.Next(1, 4); i > 0 && mutated.Length > 0; i--)
        {
            int at = random.Next(mutated.Length);
            switch (random.Next(5))
            {
                case 0:
                    mutated[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 1:
                    mutated.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    mutated.Remove(at, Math.Min(mutated.Length - at, random.Next(1, 12)));
                    break;
                case 3:
                    mutated.Length = random.Next(8) == 0 ? at : mutated.Length;
                    break;
                default:
                    string piece = mutated.ToString(at, Math.Min(mutated.Length - at, random.Next(1, 60)));
                    mutated.Insert(random.Next(mutated.Length), piece);
                    break;
            }
        }

        return mutated.ToString();
    }

    /// <summary>A changed comment changes nothing; the mutations are to hit what is read.</summary>
    private static string WithoutComments(string text) =>
        string.Join('\n', text.Split('\n').Select(l => l.IndexOf('#') is >= 0 and var i ? l[..i].TrimEnd() : l).Where(l => l.Length > 0));
}
